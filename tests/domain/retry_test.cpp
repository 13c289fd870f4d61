#include "domain/retry.hpp"

#include <random>

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const RetryPolicy policy{1s, 60s, 8};
const BreakerPolicy breaker_policy{3, 10s, 5s, 20s};

Breaker failed_times(int times) {
    Breaker breaker;
    for (int i = 0; i < times; ++i) breaker = after_failure(breaker, breaker_policy, now);
    return breaker;
}

}  // namespace

TEST_CASE("the longest wait doubles with every try, up to the cap", "[domain][retry]") {
    CHECK(longest_wait(policy, 0) == 1s);
    CHECK(longest_wait(policy, 1) == 1s);
    CHECK(longest_wait(policy, 2) == 2s);
    CHECK(longest_wait(policy, 6) == 32s);
    CHECK(longest_wait(policy, 7) == 60s);
    CHECK(longest_wait(policy, INT64_MAX) == 60s);
    CHECK(longest_wait({10s, 3s, 8}, 1) == 3s);
}

TEST_CASE("full jitter draws from nothing to the longest wait, evenly", "[domain][retry]") {
    CHECK(wait_before_retry(policy, 3, 0.0) == 0s);
    CHECK(wait_before_retry(policy, 3, 0.5) == 2s);
    std::mt19937_64 random{1};
    std::uniform_real_distribution<double> draw{0.0, 1.0};
    Duration sum{0};
    for (int i = 0; i < 10'000; ++i) {
        const auto wait = wait_before_retry(policy, 4, draw(random));
        REQUIRE(wait >= 0s);
        REQUIRE(wait < 8s);
        sum += wait;
    }
    CHECK(sum / 10'000 > 3'800ms);
    CHECK(sum / 10'000 < 4'200ms);
}

TEST_CASE("a breaker opens after so many failures in a row within its window", "[domain][retry]") {
    CHECK(admit(failed_times(2), breaker_policy, now).admitted);
    CHECK(failed_times(3).state == BreakerState::open);
    CHECK_FALSE(admit(failed_times(3), breaker_policy, now + 5s - 1us).admitted);
    const auto later = after_failure(failed_times(2), breaker_policy, now + 10s);
    CHECK(later.state == BreakerState::closed);
    CHECK(later.failures.size() == 1);
    CHECK(after_success(failed_times(2)) == Breaker{});
}

TEST_CASE("after its time an open breaker lets one probe through, which decides",
          "[domain][retry]") {
    const auto probe = admit(failed_times(3), breaker_policy, now + 5s);
    REQUIRE(probe.admitted);
    CHECK(probe.next.state == BreakerState::half_open);
    CHECK_FALSE(admit(probe.next, breaker_policy, now + 6s).admitted);
    CHECK(after_success(probe.next) == Breaker{});
    const auto again = after_failure(probe.next, breaker_policy, now + 7s);
    CHECK(again.state == BreakerState::open);
    CHECK(again.until == now + 12s);
}

TEST_CASE("a probe that never comes back gives way to another", "[domain][retry]") {
    const auto probe = admit(failed_times(3), breaker_policy, now + 5s);
    CHECK_FALSE(admit(probe.next, breaker_policy, now + 25s - 1us).admitted);
    CHECK(admit(probe.next, breaker_policy, now + 25s).admitted);
}

TEST_CASE("news of requests from before it opened leaves an open breaker as it is",
          "[domain][retry]") {
    const auto open = failed_times(3);
    CHECK(after_success(open) == open);
    CHECK(after_failure(open, breaker_policy, now + 1s) == open);
}

TEST_CASE("a probe that was never sent gives way to the next at once", "[domain][retry]") {
    const auto probe = admit(failed_times(3), breaker_policy, now + 5s);
    CHECK(admit(after_no_call(probe.next, now + 6s), breaker_policy, now + 6s).admitted);
    CHECK(after_no_call(failed_times(2), now) == failed_times(2));
    CHECK(after_no_call(failed_times(3), now) == failed_times(3));
}
