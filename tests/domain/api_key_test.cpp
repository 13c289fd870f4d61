#include "domain/api_key.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const VendorId vendor{uuid_v7(now, 1, 1)};
const VendorId other_vendor{uuid_v7(now, 1, 2)};
const KeyRights admin{{"admin"}, {}, 0};
const KeyRights seller{vendor_scopes(), vendor, 0};

KeySettings key(std::vector<std::string> scopes, std::optional<VendorId> of = {}) {
    return {"a key", std::move(scopes), of, 0, {}};
}

ErrorCode refusal(const KeyRights& rights, const KeySettings& wanted) {
    const auto made = may_make_key(rights, wanted, now);
    REQUIRE_FALSE(made);
    return made.error().code;
}

}  // namespace

TEST_CASE("nobody gives away more than they have", "[domain][api_key]") {
    CHECK(may_make_key(admin, key({"admin", "orders:read"}), now));
    CHECK(may_make_key({{"orders:read"}, {}, 0}, key({"orders:read"}), now));
    CHECK(refusal({{"orders:read"}, {}, 0}, key({"orders:write"})) == ErrorCode::forbidden);
    CHECK(refusal({{"orders:read"}, {}, 0}, key({"admin"})) == ErrorCode::forbidden);
    CHECK(refusal(seller, key({"admin"})) == ErrorCode::forbidden);
}

TEST_CASE("a vendor's keys are its own", "[domain][api_key]") {
    CHECK(may_make_key(seller, key({"orders:read"}), now)->vendor == vendor);
    CHECK(may_make_key(admin, key({"orders:read"}, vendor), now)->vendor == vendor);
    CHECK(refusal(seller, key({"orders:read"}, other_vendor)) == ErrorCode::forbidden);
    CHECK(refusal(admin, key({"admin"}, vendor)) == ErrorCode::unprocessable);
    CHECK(refusal(admin, key({"console:view"}, vendor)) == ErrorCode::unprocessable);
}

TEST_CASE("a key's key is no quicker than it, and ends in the future", "[domain][api_key]") {
    const KeyRights slow{{"orders:read"}, {}, 60};
    CHECK(may_make_key(slow, key({"orders:read"}), now)->requests_per_minute == 60);
    auto quick = key({"orders:read"});
    quick.requests_per_minute = 600;
    CHECK(may_make_key(slow, quick, now)->requests_per_minute == 60);
    CHECK(may_make_key(admin, quick, now)->requests_per_minute == 600);
    auto over = key({"orders:read"});
    over.expires_at = now;
    CHECK(refusal(admin, over) == ErrorCode::unprocessable);
    over.expires_at = now + std::chrono::seconds{1};
    CHECK(may_make_key(admin, over, now));
}

TEST_CASE("only keys within one's rights are one's to change", "[domain][api_key]") {
    CHECK(covers(admin, key({"admin"})));
    CHECK(covers(admin, key({"orders:read"}, vendor)));
    CHECK(covers(seller, key({"orders:read"}, vendor)));
    CHECK_FALSE(covers(seller, key({"orders:read"}, other_vendor)));
    CHECK_FALSE(covers(seller, key({"orders:read"})));
    CHECK_FALSE(covers(seller, key({"orders:write"}, vendor)));
}
