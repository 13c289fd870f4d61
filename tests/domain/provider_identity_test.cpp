#include "domain/provider_identity.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const ProviderClaims amal{.issuer = "https://id.example",
                          .subject = "somebody",
                          .email = "Amal@Example.com",
                          .email_is_verified = true,
                          .given_name = "Amal",
                          .family_name = "Khalil",
                          .name = "Amal Khalil"};

User person(const ProviderClaims& claims) {
    return person_of(claims, *vouched_email(claims), UserId{}, default_tenant, TimePoint{});
}

}  // namespace

TEST_CASE("a provider's word is enough for an address it has verified", "[domain][provider]") {
    CHECK(*vouched_email(amal) == "amal@example.com");
    auto claims = amal;
    claims.email_is_verified = false;
    const auto unverified = vouched_email(claims);
    claims = amal;
    claims.email.clear();
    const auto absent = vouched_email(claims);
    claims.email = "no address";
    const auto broken = vouched_email(claims);
    for (const auto& refused : {unverified, absent, broken}) {
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::forbidden);
        CHECK(refused.error().message == unverified.error().message);
    }
}

TEST_CASE("an account whose address nobody has verified is given to nobody", "[domain][provider]") {
    User account;
    CHECK(may_link(account).error().code == ErrorCode::conflict);
    for (const auto state : {AccountState::active, AccountState::suspended, AccountState::banned}) {
        account.state = state;
        CHECK(may_link(account));
    }
}

TEST_CASE("a new person is called as the provider says, as far as it says", "[domain][provider]") {
    const auto user = person(amal);
    CHECK(user.email == "amal@example.com");
    CHECK(user.state == AccountState::active);
    CHECK(user.role == Role::customer);
    CHECK(user.first_name == "Amal");
    CHECK(user.last_name == "Khalil");
    auto claims = amal;
    claims.given_name.clear();
    claims.family_name.clear();
    CHECK(person(claims).first_name == "Amal Khalil");
    CHECK(person(claims).last_name.empty());
    claims.name.clear();
    CHECK(person(claims).first_name == "amal");
    claims.given_name = std::string(99, 'a') + "\u00e9";  // 101 bytes: cut within a character
    CHECK(person(claims).first_name == std::string(99, 'a'));
    claims.given_name = std::string(98, 'a') + "\u00e9";
    CHECK(person(claims).first_name == claims.given_name);
}
