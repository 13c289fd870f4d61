#include "domain/lockout.hpp"

#include <algorithm>

namespace souk {
namespace {

int whole_seconds(Duration time) {
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

/// What has leaked away since, in whole failures: the rest of the time counts on.
Lockout leaked(const Lockout& lockout, const LockoutPolicy& policy, TimePoint now) {
    Lockout next = lockout;
    const auto quiet = now - lockout.last_at;
    if (quiet >= policy.forget_after) next.failures = 0;
    if (policy.leak_every > Duration{0} && next.failures > 0) {
        const auto gone = std::min<std::int64_t>(quiet / policy.leak_every, next.failures);
        next.failures -= gone;
        next.last_at += gone * policy.leak_every;
    }
    if (next.failures == 0 || policy.leak_every == Duration{0}) next.last_at = now;
    return next;
}

}  // namespace

Result<Lockout> begin_attempt(const Lockout& lockout, const LockoutPolicy& policy, TimePoint now) {
    if (now < lockout.locked_until) {
        auto refusal = refuse(ErrorCode::rate_limited, "too many attempts: wait and try again");
        refusal.retry_after_s = whole_seconds(lockout.locked_until - now);
        return refusal;
    }
    Lockout next = leaked(lockout, policy, now);
    ++next.failures;
    if (next.failures > policy.free_failures)
        next.locked_until = now + longest_wait(policy.wait, next.failures - policy.free_failures);
    return next;
}

Lockout take_back_attempt(const Lockout& lockout) {
    Lockout next = lockout;
    next.failures = std::max<std::int64_t>(lockout.failures - 1, 0);
    next.locked_until = {};
    return next;
}

}  // namespace souk
