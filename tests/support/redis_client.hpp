#pragma once
// Redis asked and awaited, for tests.

#include <future>
#include <memory>

#include <poll.h>

#include "persistence/redis.hpp"

namespace souk {

inline Result<RedisValue> ask_redis(Redis& redis, std::vector<std::string> command) {
    auto given = std::make_shared<std::promise<Result<RedisValue>>>();
    redis.command(std::move(command),
                  [given](Result<RedisValue> value) { given->set_value(std::move(value)); });
    return given->get_future().get();
}

/// It connects, and loses its connection, on a thread of its own.
inline void wait_until(const Redis& redis, bool up) {
    while (redis.up() != up) poll(nullptr, 0, 1);
}

}  // namespace souk
