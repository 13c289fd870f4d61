#include "app/views/rate_limits_view.hpp"

#include <algorithm>
#include <utility>

namespace souk {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t max_buckets = 8'192;  // per shard
constexpr std::chrono::minutes idle_time{2};
constexpr std::int64_t token = 1'000'000;  // microtokens

/// How many tokens to lease at once: few of a small bucket, so that the rest stays with others.
std::int64_t lease_of(std::int64_t per_minute) {
    return std::clamp<std::int64_t>(per_minute / 50, 1, 200);
}

std::int64_t whole_seconds_until(TimePoint when, TimePoint now) {
    return std::max<std::int64_t>(0, std::chrono::ceil<seconds>(when - now).count());
}

}  // namespace

RateLimitsView::Shard& RateLimitsView::shard_of(const std::string& bucket) {
    return shards_[std::hash<std::string>{}(bucket) % shards_.size()];
}

void RateLimitsView::take(std::string name, std::int64_t per_minute, Waiter decision) {
    auto& shard = shard_of(name);
    const auto now = clock_.now();
    std::optional<RateDecision> decided;
    bool must_ask = false;
    {
        const std::lock_guard lock(shard.mutex);
        if (shard.buckets.size() >= max_buckets && !shard.buckets.contains(name))
            make_room(shard, now);
        auto& bucket = shard.buckets[name];
        bucket.used_at = now;
        if (redis_ == nullptr || !redis_->up()) {
            decided = decide_alone(bucket, per_minute, now);
        } else if (bucket.leased > 0 || bucket.closed_until > now) {
            decided = decide_leased(bucket, per_minute, now);
        } else {
            bucket.waiters.push_back(decision);
            must_ask = !std::exchange(bucket.asking, true);
        }
    }
    if (decided) decision(*decided);
    if (must_ask) ask(name, per_minute, lease_of(per_minute));
}

bool RateLimitsView::is_closed(const std::string& name, std::int64_t per_minute) {
    auto& shard = shard_of(name);
    const auto now = clock_.now();
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.buckets.find(name);
    if (at == shard.buckets.end()) return false;
    const auto& bucket = at->second;
    if (redis_ != nullptr && redis_->up()) return bucket.leased == 0 && bucket.closed_until > now;
    return bucket.own_level >= 0 && level_of(bucket, per_minute, now) < token;
}

/// What a bucket that is counted here holds by now.
std::int64_t RateLimitsView::level_of(const Bucket& bucket, std::int64_t per_minute,
                                      TimePoint now) {
    const auto capacity = per_minute * token;
    if (bucket.own_level < 0) return capacity;
    const auto rested = std::clamp<std::int64_t>((now - bucket.own_at).count(), 0, 60 * token);
    return std::min(bucket.own_level + rested * per_minute / 60, capacity);
}

void RateLimitsView::ask(const std::string& name, std::int64_t per_minute, std::int64_t wanted) {
    take_tokens(*redis_, name, per_minute, wanted,
                [this, name, per_minute](const Result<BucketGrant>& grant) {
                    granted(name, per_minute, grant);
                });
}

// Everybody who waited is decided upon with what came; whoever is left over asks once more.
void RateLimitsView::granted(const std::string& name, std::int64_t per_minute,
                             const Result<BucketGrant>& grant) {
    std::vector<std::pair<Waiter, RateDecision>> decided;
    std::int64_t still_waiting = 0;
    {
        auto& shard = shard_of(name);
        const std::lock_guard lock(shard.mutex);
        auto& bucket = shard.buckets[name];
        const auto now = clock_.now();
        if (grant) {
            bucket.leased += grant->granted;
            bucket.remaining = grant->remaining;
            bucket.full_at = now + milliseconds{grant->full_ms};
            if (grant->granted == 0) bucket.closed_until = now + milliseconds{grant->next_ms};
        }
        auto waiter = bucket.waiters.begin();
        for (; waiter != bucket.waiters.end(); ++waiter) {
            if (!grant)
                decided.emplace_back(*waiter, decide_alone(bucket, per_minute, now));
            else if (bucket.leased > 0 || bucket.closed_until > now)
                decided.emplace_back(*waiter, decide_leased(bucket, per_minute, now));
            else
                break;
        }
        bucket.waiters.erase(bucket.waiters.begin(), waiter);
        still_waiting = static_cast<std::int64_t>(bucket.waiters.size());
        bucket.asking = still_waiting > 0;
    }
    for (const auto& [waiter, decision] : decided) waiter(decision);
    if (still_waiting > 0) ask(name, per_minute, std::max(still_waiting, lease_of(per_minute)));
}

RateDecision RateLimitsView::decide_leased(Bucket& bucket, std::int64_t per_minute,
                                           TimePoint now) const {
    if (bucket.leased == 0)
        return {false, per_minute, 0,
                std::max<std::int64_t>(1, whole_seconds_until(bucket.closed_until, now))};
    --bucket.leased;
    return {true, per_minute, bucket.remaining + bucket.leased,
            whole_seconds_until(bucket.full_at, now)};
}

/// The same bucket as in Redis, kept here.
RateDecision RateLimitsView::decide_alone(Bucket& bucket, std::int64_t per_minute, TimePoint now) {
    const auto capacity = per_minute * token;
    bucket.own_level = level_of(bucket, per_minute, now);
    bucket.own_at = now;
    const auto seconds_for = [&](std::int64_t microtokens) {
        return (microtokens * 60 + capacity - 1) / capacity;
    };
    if (bucket.own_level < token)
        return {false, per_minute, 0,
                std::max<std::int64_t>(1, seconds_for(token - bucket.own_level))};
    bucket.own_level -= token;
    return {true, per_minute, bucket.own_level / token, seconds_for(capacity - bucket.own_level)};
}

/// Buckets that rested are full again by themselves; in a flood of addresses any of the others may
/// go, except those that somebody waits at.
void RateLimitsView::make_room(Shard& shard, TimePoint now) {
    std::erase_if(shard.buckets, [now](const auto& one) {
        return !one.second.asking && one.second.used_at + idle_time < now;
    });
    if (shard.buckets.size() < max_buckets) return;
    std::erase_if(shard.buckets, [](const auto& one) { return !one.second.asking; });
}

}  // namespace souk
