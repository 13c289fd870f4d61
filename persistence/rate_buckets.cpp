#include "persistence/rate_buckets.hpp"

namespace souk {
namespace {

// The bucket keeps its level in microtokens and when that was true, in microseconds.
constexpr auto take_script = R"(
    local per_minute = tonumber(ARGV[1])
    local capacity = per_minute * 1000000
    local time = redis.call('TIME')
    local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
    local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
    local level = capacity
    if kept[1] then
        local passed = math.max(0, now - tonumber(kept[2]))
        level = math.min(capacity, tonumber(kept[1]) + math.floor(passed * per_minute / 60))
    end
    local granted = math.min(tonumber(ARGV[2]), math.floor(level / 1000000))
    level = level - granted * 1000000
    redis.call('HSET', KEYS[1], 'level', string.format('%d', level), 'at', string.format('%d', now))
    redis.call('PEXPIRE', KEYS[1], 61000)
    local full = math.ceil((capacity - level) * 60 / per_minute / 1000)
    local next = 0
    if level < 1000000 then next = math.ceil((1000000 - level) * 60 / per_minute / 1000) end
    return {granted, math.floor(level / 1000000), full, next})";

}  // namespace

void take_tokens(Redis& redis, const std::string& bucket, std::int64_t per_minute,
                 std::int64_t wanted, std::function<void(Result<BucketGrant>)> done) {
    redis.script(take_script, {"souk:rate:" + bucket},
                 {std::to_string(per_minute), std::to_string(wanted)},
                 [done = std::move(done)](Result<RedisValue> taken) {
                     if (!taken) return done(taken.error());
                     if (taken->elements.size() != 4)
                         return done(Error{ErrorCode::internal, "Redis: not a bucket's answer"});
                     const auto& fields = taken->elements;
                     done(BucketGrant{fields[0].integer, fields[1].integer, fields[2].integer,
                                      fields[3].integer});
                 });
}

}  // namespace souk
