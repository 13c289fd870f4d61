#include "domain/lockout.hpp"

#include <algorithm>

namespace souk {
namespace {

int whole_seconds(Duration time) {
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

Result<Lockout> begin_attempt(const Lockout& lockout, const LockoutPolicy& policy, TimePoint now) {
    if (now < lockout.locked_until) {
        auto refusal = refuse(ErrorCode::rate_limited, "too many attempts: wait and try again");
        refusal.retry_after_s = whole_seconds(lockout.locked_until - now);
        return refusal;
    }
    Lockout next = lockout;
    if (now - lockout.last_at >= policy.forget_after) next.failures = 0;
    ++next.failures;
    next.last_at = now;
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
