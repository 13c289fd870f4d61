#include "domain/retry.hpp"

#include <algorithm>

namespace souk {

Duration longest_wait(const RetryPolicy& policy, std::int64_t tries) {
    Duration wait = std::min(policy.base, policy.cap);
    for (std::int64_t i = 1; i < tries && wait < policy.cap; ++i)
        wait = wait > policy.cap / 2 ? policy.cap : wait * 2;
    return wait;
}

Duration wait_before_retry(const RetryPolicy& policy, std::int64_t tries, double random) {
    const auto longest = longest_wait(policy, tries);
    const auto drawn = static_cast<Duration::rep>(static_cast<double>(longest.count()) * random);
    return std::clamp(Duration{drawn}, Duration{0}, longest);
}

Admission admit(const Breaker& breaker, const BreakerPolicy& policy, TimePoint now) {
    if (breaker.state == BreakerState::closed) return {breaker, true};
    if (now < breaker.until) return {breaker, false};
    return {{BreakerState::half_open, {}, now + policy.probe_time}, true};
}

Breaker after_success(const Breaker& breaker) {
    // The answer to a request of before says nothing of now.
    if (breaker.state == BreakerState::open) return breaker;
    return {};
}

Breaker after_failure(const Breaker& breaker, const BreakerPolicy& policy, TimePoint now) {
    if (breaker.state == BreakerState::open) return breaker;
    if (breaker.state == BreakerState::half_open)
        return {BreakerState::open, {}, now + policy.open_time};
    Breaker next = breaker;
    std::erase_if(next.failures, [&](TimePoint at) { return at <= now - policy.window; });
    next.failures.push_back(now);
    if (next.failures.size() < policy.failures) return next;
    return {BreakerState::open, {}, now + policy.open_time};
}

Breaker after_no_call(const Breaker& breaker, TimePoint now) {
    if (breaker.state != BreakerState::half_open) return breaker;
    return {BreakerState::open, {}, now};
}

}  // namespace souk
