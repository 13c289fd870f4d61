#include "domain/lockout.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const LockoutPolicy policy{3, {10s, 60s, 0}, 24h};

Lockout failed(int times, TimePoint at = now) {
    Lockout lockout;
    for (int i = 0; i < times; ++i) {
        lockout.locked_until = {};
        lockout = *begin_attempt(lockout, policy, at);
    }
    return lockout;
}

}  // namespace

TEST_CASE("the first failures cost no wait", "[domain][lockout]") {
    const auto lockout = failed(3);
    CHECK(lockout.failures == 3);
    CHECK(begin_attempt(lockout, policy, now));
}

TEST_CASE("each further failure doubles the wait, up to the cap", "[domain][lockout]") {
    CHECK(failed(4).locked_until == now + 10s);
    CHECK(failed(5).locked_until == now + 20s);
    CHECK(failed(6).locked_until == now + 40s);
    CHECK(failed(7).locked_until == now + 60s);
    CHECK(failed(100).locked_until == now + 60s);
}

TEST_CASE("an attempt that comes too early is refused with the time to wait and is not counted",
          "[domain][lockout]") {
    const auto lockout = failed(4);
    const auto early = begin_attempt(lockout, policy, now + 2500ms);
    REQUIRE_FALSE(early);
    CHECK(early.error().code == ErrorCode::rate_limited);
    CHECK(early.error().retry_after_s == 8);
    CHECK(begin_attempt(lockout, policy, now + 10s)->failures == 5);
}

TEST_CASE("many attempts at once are counted before any of them has failed", "[domain][lockout]") {
    Lockout lockout;
    int admitted = 0;
    for (int i = 0; i < 100; ++i) {
        const auto next = begin_attempt(lockout, policy, now);
        if (!next) continue;
        lockout = *next;
        ++admitted;
    }
    CHECK(admitted == 4);
}

TEST_CASE("the right password takes its own attempt back", "[domain][lockout]") {
    const auto lockout = take_back_attempt(failed(4));
    CHECK(lockout.failures == 3);
    CHECK(begin_attempt(lockout, policy, now));
    CHECK(take_back_attempt(Lockout{}).failures == 0);
}

TEST_CASE("failures are forgotten after a day of quiet", "[domain][lockout]") {
    const auto lockout = failed(10);
    CHECK(begin_attempt(lockout, policy, now + 24h - 1us)->failures == 11);
    CHECK(begin_attempt(lockout, policy, now + 24h)->failures == 1);
}

TEST_CASE("failures leak away one by one, also while there are attempts", "[domain][lockout]") {
    LockoutPolicy leaking = policy;
    leaking.leak_every = 5min;
    const auto lockout = failed(3);
    CHECK(begin_attempt(lockout, leaking, now + 5min - 1us)->failures == 4);
    CHECK(begin_attempt(lockout, leaking, now + 5min)->failures == 3);
    CHECK(begin_attempt(lockout, leaking, now + 60min)->failures == 1);
    // An attempt every four minutes: the rest of a time counts on.
    auto steady = failed(0);
    steady.last_at = now;
    for (int i = 1; i <= 100; ++i)
        steady = take_back_attempt(*begin_attempt(steady, leaking, now + i * 4min));
    CHECK(steady.failures == 0);
    auto guessing = failed(3);
    for (int i = 1; i <= 4; ++i) {
        guessing.locked_until = {};
        guessing = *begin_attempt(guessing, leaking, now + i * 4min);
    }
    CHECK(guessing.failures == 3 + 4 - 3);  // sixteen minutes are three times five
}
