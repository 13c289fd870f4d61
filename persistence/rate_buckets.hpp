#pragma once
// Token buckets that all servers share, in Redis and by its clock.

#include <functional>
#include <string>

#include "persistence/redis.hpp"

namespace souk {

struct BucketGrant {
    std::int64_t granted{};    // of the tokens wanted
    std::int64_t remaining{};  // whole tokens left
    std::int64_t full_ms{};    // until the bucket is full again
    std::int64_t next_ms{};    // until there is a token again
};

/// Takes up to `wanted` tokens of a bucket that holds `per_minute` and refills to it in a minute.
void take_tokens(Redis& redis, const std::string& bucket, std::int64_t per_minute,
                 std::int64_t wanted, std::function<void(Result<BucketGrant>)> done);

}  // namespace souk
