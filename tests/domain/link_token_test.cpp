#include "domain/link_token.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const LinkToken good{{}, LinkPurpose::reset_password, now + 1h, {}};

}  // namespace

TEST_CASE("a link is good for its purpose until its time", "[domain][link_token]") {
    CHECK(may_redeem(good, LinkPurpose::reset_password, now));
    CHECK(may_redeem(good, LinkPurpose::reset_password, now + 1h - 1us));
}

TEST_CASE("a link is refused in the same words whatever is wrong with it", "[domain][link_token]") {
    auto used = good;
    used.used_at = now - 1s;
    const auto refusals = {
        may_redeem(std::nullopt, LinkPurpose::reset_password, now),
        may_redeem(good, LinkPurpose::verify_email, now),
        may_redeem(good, LinkPurpose::reset_password, now + 1h),
        may_redeem(used, LinkPurpose::reset_password, now),
    };
    for (const auto& refused : refusals) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::gone);
        CHECK(refused.error().message ==
              may_redeem({}, LinkPurpose::verify_email, now).error().message);
    }
}

TEST_CASE("a link to a new password lives for an hour, one to an address for a day",
          "[domain][link_token]") {
    CHECK(lifetime_of(LinkPurpose::reset_password) == 1h);
    CHECK(lifetime_of(LinkPurpose::verify_email) == 24h);
}
