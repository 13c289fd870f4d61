#include "domain/people.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const UserId boss_id{uuid_v7(now, 1, 1)};
const VendorId vendor{uuid_v7(now, 2, 1)};
const Manager boss{boss_id, Role::super_admin};
const Manager admin{UserId{uuid_v7(now, 1, 2)}, Role::admin};
const Manager key{};  // that may do everything

User person(Role role, AccountState state = AccountState::active) {
    User user;
    user.id = UserId{uuid_v7(now, 3, 1)};
    user.role = role;
    user.state = state;
    return user;
}

PersonChange to(Role role, std::optional<VendorId> of = {}) { return {{}, role, of}; }

template <class T>
ErrorCode code(const Result<T>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

}  // namespace

TEST_CASE("only a super admin makes or unmakes administrators", "[domain][people]") {
    for (const auto& manager : {admin, key}) {
        for (const auto role : {Role::admin, Role::super_admin}) {
            const auto customer = person(Role::customer);
            CHECK(code(change_person(manager, customer, to(role), 1, now)) == ErrorCode::forbidden);
            CHECK(code(change_person(manager, person(role), to(Role::customer), 1, now)) ==
                  ErrorCode::forbidden);
            for (const auto move : {AccountMove::suspend, AccountMove::ban, AccountMove::close})
                CHECK(code(move_person(manager, person(role), move, 1, now)) ==
                      ErrorCode::forbidden);
        }
    }
    CHECK(change_person(boss, person(Role::customer), to(Role::admin), 1, now)->role ==
          Role::admin);
    CHECK(change_person(boss, person(Role::admin), to(Role::customer), 1, now)->role ==
          Role::customer);
    CHECK(move_person(boss, person(Role::admin), AccountMove::suspend, 1, now)->state ==
          AccountState::suspended);
}

TEST_CASE("nobody demotes, suspends or closes themselves", "[domain][people]") {
    auto self = person(Role::super_admin);
    self.id = boss_id;
    CHECK(code(change_person(boss, self, to(Role::customer), 5, now)) == ErrorCode::forbidden);
    for (const auto move : {AccountMove::suspend, AccountMove::ban, AccountMove::close})
        CHECK(code(move_person(boss, self, move, 5, now)) == ErrorCode::forbidden);
    PersonChange name;
    name.profile.first_name = "Rania";
    CHECK(change_person(boss, self, name, 5, now)->first_name == "Rania");
}

TEST_CASE("the last super admin stays", "[domain][people]") {
    const auto last = person(Role::super_admin);
    CHECK(code(change_person(boss, last, to(Role::admin), 0, now)) == ErrorCode::conflict);
    CHECK(code(move_person(boss, last, AccountMove::close, 0, now)) == ErrorCode::conflict);
    CHECK(move_person(boss, last, AccountMove::close, 1, now)->state == AccountState::closed);
    const auto suspended = person(Role::super_admin, AccountState::suspended);
    CHECK(move_person(boss, suspended, AccountMove::close, 0, now));
}

TEST_CASE("a vendor is tied to one, and nobody else is", "[domain][people]") {
    const auto made =
        change_person(admin, person(Role::customer), to(Role::vendor, vendor), 1, now);
    REQUIRE(made);
    CHECK(made->vendor_id == vendor);
    CHECK(made->version == 2);
    CHECK(code(change_person(admin, person(Role::customer), to(Role::vendor), 1, now)) ==
          ErrorCode::unprocessable);
    CHECK(code(change_person(admin, person(Role::customer), to(Role::customer, vendor), 1, now)) ==
          ErrorCode::unprocessable);
    CHECK_FALSE(change_person(admin, *made, to(Role::customer), 1, now)->vendor_id);
    CHECK(scopes_of(Role::vendor, vendor) ==
          std::vector<std::string>{"inventory:read", "inventory:write", "orders:read",
                                   "keys:manage"});
    CHECK(scopes_of(Role::vendor, std::nullopt).empty());
}

TEST_CASE("what is so already stays as it is", "[domain][people]") {
    const auto user = person(Role::customer, AccountState::suspended);
    CHECK(move_person(admin, user, AccountMove::suspend, 1, now)->version == user.version);
    CHECK(change_person(admin, user, to(Role::customer), 1, now)->version == user.version);
    PersonChange stale = to(Role::customer);
    stale.profile.expected_version = 7;
    CHECK(code(change_person(admin, user, stale, 1, now)) == ErrorCode::precondition_failed);
}

TEST_CASE("a closed account is opened by reinstating it alone", "[domain][people]") {
    const auto closed = person(Role::customer, AccountState::closed);
    CHECK(code(move_person(admin, closed, AccountMove::suspend, 1, now)) == ErrorCode::conflict);
    CHECK(move_person(admin, closed, AccountMove::reinstate, 1, now)->state ==
          AccountState::active);
    CHECK_FALSE(may_log_in(AccountState::closed));
}
