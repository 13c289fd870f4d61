#pragma once
// Rate limits shared by all servers through Redis, with a small stock of tokens in front: most
// requests take one without asking. Without Redis each server counts for itself.

#include <array>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "persistence/rate_buckets.hpp"
#include "protocol/views.hpp"

namespace souk {

class RateLimitsView final : public RateLimits {
public:
    /// Without Redis the pointer is null.
    RateLimitsView(Redis* redis, const Clock& clock) : redis_(redis), clock_(clock) {}

    void take(std::string bucket, std::int64_t per_minute,
              Promise<Result<RateDecision>> decision) override;
    bool is_closed(const std::string& bucket, std::int64_t per_minute) override;

private:
    using Waiter = Promise<Result<RateDecision>>;

    struct Bucket {
        std::int64_t leased{};     // tokens taken from Redis and not yet given away
        std::int64_t remaining{};  // left in Redis when we last asked
        TimePoint full_at;         // when Redis' bucket will be full again
        TimePoint closed_until;    // Redis had none before this
        bool asking{false};
        std::vector<Waiter> waiters;
        std::int64_t own_level{-1};  // microtokens counted here while Redis is gone; -1: full
        TimePoint own_at;
        TimePoint used_at;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Bucket> buckets;
    };

    Shard& shard_of(const std::string& bucket);
    void ask(const std::string& name, std::int64_t per_minute, std::int64_t wanted);
    void granted(const std::string& name, std::int64_t per_minute,
                 const Result<BucketGrant>& grant);
    RateDecision decide_leased(Bucket& bucket, std::int64_t per_minute, TimePoint now) const;
    static RateDecision decide_alone(Bucket& bucket, std::int64_t per_minute, TimePoint now);
    static std::int64_t level_of(const Bucket& bucket, std::int64_t per_minute, TimePoint now);
    static void make_room(Shard& shard, TimePoint now);

    Redis* redis_;
    const Clock& clock_;
    std::array<Shard, 16> shards_;
};

}  // namespace souk
