#pragma once
// How guessing passwords is slowed down: after a few failures each further attempt has to wait,
// twice as long every time. Two counters are kept per attempt: of the account as tried from one
// address, so that nobody locks others out of their accounts, and of the address whatever it tries.

#include <cstdint>

#include "domain/result.hpp"
#include "domain/retry.hpp"
#include "domain/time.hpp"

namespace souk {

struct LockoutPolicy {
    std::int64_t free_failures{5};  // before anybody waits
    RetryPolicy wait{std::chrono::seconds{30}, std::chrono::minutes{15}, 0};
    Duration forget_after{std::chrono::hours{24}};  // of quiet
    Duration leak_every{0};                         // one failure less each time; 0: never
};

struct Lockout {
    std::int64_t failures{};
    TimePoint last_at;  // what leaked up to then is taken off
    TimePoint locked_until;
    bool operator==(const Lockout&) const = default;
};

/// An attempt counts as a failure from its beginning, so that many at once are no way around it;
/// success takes it back. `rate_limited` while locked, which counts nothing.
Result<Lockout> begin_attempt(const Lockout& lockout, const LockoutPolicy& policy, TimePoint now);

/// After the right password: one failure less, and nobody waits for that one.
Lockout take_back_attempt(const Lockout& lockout);

}  // namespace souk
