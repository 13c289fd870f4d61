#include "domain/account.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const TimePoint now{std::chrono::hours{1'000}};

std::string problem_of(std::string_view password) {
    return password_problem(password, "amal@example.com").value_or("");
}

}  // namespace

TEST_CASE("a role is known by its name and by its alias, whatever the case", "[domain][account]") {
    CHECK(role_of("customer") == Role::customer);
    CHECK(role_of("BUYER") == Role::customer);
    CHECK(role_of("Seller") == Role::vendor);
    CHECK(role_of("vendor") == Role::vendor);
    CHECK(role_of("ADMIN") == Role::admin);
    CHECK(role_of("super_admin") == Role::super_admin);
    for (const auto* text : {"", "root", "customer ", "superadmin"}) CHECK_FALSE(role_of(text));
}

TEST_CASE("only administrators have scopes by their role", "[domain][account]") {
    CHECK(scopes_of(Role::customer, std::nullopt).empty());
    CHECK(scopes_of(Role::vendor, std::nullopt).empty());
    CHECK(scopes_of(Role::admin, std::nullopt) == std::vector<std::string>{"admin"});
    CHECK(scopes_of(Role::super_admin, std::nullopt) == std::vector<std::string>{"admin"});
}

TEST_CASE("accounts move between states by these moves alone", "[domain][account]") {
    using enum AccountState;
    using enum AccountMove;
    struct Row {
        AccountState from;
        AccountMove move;
        std::optional<AccountState> to;  // nothing: refused
    };
    const Row table[] = {
        {unverified, verify, active},
        {active, verify, active},
        {suspended, verify, suspended},
        {banned, verify, banned},
        {unverified, suspend, suspended},
        {active, suspend, suspended},
        {suspended, suspend, suspended},
        {banned, suspend, std::nullopt},
        {unverified, ban, banned},
        {active, ban, banned},
        {suspended, ban, banned},
        {banned, ban, banned},
        {unverified, reinstate, std::nullopt},
        {active, reinstate, active},
        {suspended, reinstate, active},
        {banned, reinstate, active},
    };
    for (const auto& [from, move, to] : table) {
        CAPTURE(static_cast<int>(from), static_cast<int>(move));
        const auto next = after(from, move);
        CHECK(next.has_value() == to.has_value());
        if (to && next) CHECK(*next == *to);
        if (!next) CHECK(next.error().code == ErrorCode::conflict);
    }
}

TEST_CASE("only an active account logs in", "[domain][account]") {
    CHECK(may_log_in(AccountState::active));
    for (const auto state :
         {AccountState::unverified, AccountState::suspended, AccountState::banned})
        CHECK(may_log_in(state).error().code == ErrorCode::forbidden);
}

TEST_CASE("addresses are compared in lower case", "[domain][account]") {
    CHECK(normalised_email("Amal@Example.COM") == "amal@example.com");
    CHECK(normalised_email(std::string(64, 'a') + "@b.org"));
}

TEST_CASE("what no mail server takes is no address", "[domain][account]") {
    CHECK_FALSE(normalised_email(""));
    CHECK_FALSE(normalised_email("amal"));
    CHECK_FALSE(normalised_email("@example.com"));
    CHECK_FALSE(normalised_email("amal@"));
    CHECK_FALSE(normalised_email(std::string(65, 'a') + "@b.org"));
    CHECK_FALSE(normalised_email("a@" + std::string(253, 'b')));
}

TEST_CASE("a password has 8 to 72 bytes", "[domain][account]") {
    CHECK(problem_of("1234567").find("at least 8") != std::string::npos);
    CHECK(problem_of("12345678").empty());
    const std::string longest = "x" + std::string(71, 'y');
    CHECK(problem_of(longest).empty());
    CHECK(problem_of(longest + "y").find("at most 72 bytes") != std::string::npos);
    // 37 characters of two bytes each are 74 bytes.
    std::string letters;
    for (int i = 0; i < 37; ++i) letters += i % 2 ? "\u00e9" : "\u00e8";
    CHECK(problem_of(letters).find("at most 72 bytes") != std::string::npos);
}

TEST_CASE("a password is neither one character nor the address", "[domain][account]") {
    CHECK_FALSE(problem_of("aaaaaaaaaa").empty());
    CHECK_FALSE(problem_of("Amal@example.com").empty());
}

TEST_CASE("a changed profile has the next version, an unchanged one its own", "[domain][account]") {
    User user;
    user.first_name = "Amal";
    user.version = 3;
    const auto changed = change_profile(user, {.first_name = "Amal K."}, now);
    REQUIRE(changed);
    CHECK(changed->first_name == "Amal K.");
    CHECK(changed->version == 4);
    CHECK(changed->updated_at == now);
    CHECK(*change_profile(user, {.first_name = "Amal"}, now) == user);
    CHECK(*change_profile(user, {}, now) == user);
}

TEST_CASE("a profile that changed meanwhile is not changed", "[domain][account]") {
    User user;
    user.version = 3;
    CHECK(change_profile(user, {.phone = "+962791234567", .expected_version = 3}, now));
    CHECK(
        change_profile(user, {.phone = "+962791234567", .expected_version = 2}, now).error().code ==
        ErrorCode::precondition_failed);
}
