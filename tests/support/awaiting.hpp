#pragma once
// Waits for what a promise brings, for tests of calls that answer on another thread.

#include <future>
#include <memory>

#include "protocol/answer.hpp"

namespace souk {

/// Calls `start` with a promise and returns what it is given.
template <class T, class Start>
T awaited(Start start) {
    auto given = std::make_shared<std::promise<T>>();
    start(Promise<T>{[given](T value) { given->set_value(std::move(value)); }});
    return given->get_future().get();
}

}  // namespace souk
