#pragma once
// When to ask an outside system again, and when to leave it alone for a while. Chance and time are
// handed in.

#include <cstdint>
#include <vector>

#include "domain/time.hpp"

namespace souk {

struct RetryPolicy {
    Duration base{std::chrono::seconds{1}};
    Duration cap{std::chrono::minutes{2}};
    std::int64_t ceiling{8};  // tries in all, the first one included
};

/// The longest wait after so many tries: base × 2^(tries − 1), at most the cap.
Duration longest_wait(const RetryPolicy& policy, std::int64_t tries);

/// Exponential back-off with full jitter: a wait drawn evenly from [0, longest_wait). `random` is
/// in [0, 1). (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
Duration wait_before_retry(const RetryPolicy& policy, std::int64_t tries, double random);

/// A circuit breaker (M. Nygard, "Release It!"): after so many failures in a row, within a window,
/// nothing is asked for a while, then one probe decides whether to go on. The window must be longer
/// than the tries of a single request that nobody answers, or a quiet shop never notices an outage.
struct BreakerPolicy {
    std::size_t failures{5};
    Duration window{std::chrono::minutes{3}};
    Duration open_time{std::chrono::seconds{15}};
    Duration probe_time{std::chrono::seconds{30}};  // a probe that is silent for longer is lost
};

enum class BreakerState { closed, open, half_open };

struct Breaker {
    BreakerState state{BreakerState::closed};
    std::vector<TimePoint> failures;  // in a row, within the window; bounded by the policy
    TimePoint until;                  // open: no asking before it; half-open: the probe's deadline
    bool operator==(const Breaker&) const = default;
};

/// May one more request go out? The next state remembers a probe that was let through.
struct Admission {
    Breaker next;
    bool admitted{};
};
Admission admit(const Breaker& breaker, const BreakerPolicy& policy, TimePoint now);

/// An admitted request came to an end. A decline is a success here: the gateway answered.
Breaker after_success(const Breaker& breaker);
Breaker after_failure(const Breaker& breaker, const BreakerPolicy& policy, TimePoint now);
/// An admitted request was not sent after all: a probe gives way to another.
Breaker after_no_call(const Breaker& breaker, TimePoint now);

}  // namespace souk
