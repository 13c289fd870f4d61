#include "domain/signing_key.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{10'000}};
const SigningKeyPolicy policy{240h, 1h, 20min};

}  // namespace

TEST_CASE("the first key signs at once", "[domain][signing_key]") {
    CHECK_FALSE(signing_key({}, now));
    const auto first = due_successor({}, policy, now);
    REQUIRE(first);
    CHECK(first->signs_from == now);
    CHECK(signing_key({*first}, now) == 0);
}

TEST_CASE("a successor is shown for an hour before it signs", "[domain][signing_key]") {
    const SigningKeyTimes first{now, now};
    CHECK_FALSE(due_successor({first}, policy, now + 239h - 1us));
    const auto second = due_successor({first}, policy, now + 239h);
    REQUIRE(second);
    CHECK(second->signs_from == now + 240h);
    CHECK_FALSE(due_successor({first, *second}, policy, now + 239h));
    CHECK(signing_key({first, *second}, now + 240h - 1us) == 0);
    CHECK(signing_key({first, *second}, now + 240h) == 1);
}

TEST_CASE("a successor that comes late is shown for its hour all the same",
          "[domain][signing_key]") {
    const auto late = due_successor({{now, now}}, policy, now + 1'000h);
    REQUIRE(late);
    CHECK(late->signs_from == now + 1'001h);
}

TEST_CASE("an old key is kept until its last token has ended", "[domain][signing_key]") {
    const std::vector<SigningKeyTimes> keys{{now, now}, {now + 9h, now + 10h}};
    CHECK_FALSE(is_retired(keys, 0, policy, now + 10h + 20min - 1us));
    CHECK(is_retired(keys, 0, policy, now + 10h + 20min));
    CHECK_FALSE(is_retired(keys, 1, policy, now + 10'000h));
}

TEST_CASE("before any key has begun the oldest signs", "[domain][signing_key]") {
    CHECK(signing_key({{now, now + 1h}, {now, now + 2h}}, now) == 0);
}
