#include "config/oidc_config.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

OidcConfig two() {
    OidcConfig config;
    config.issuers = {"google=https://accounts.google.com", "own=http://127.0.0.1:8081/realm"};
    config.client_ids = {"google=one", "own=two", "google=an-app"};
    config.client_secrets = {"google=s=e=c"};
    config.scopes = {"own=openid email"};
    return config;
}

std::string problem_with(const OidcConfig& config) {
    const auto problems = oidc_problems(config);
    return problems.empty() ? "" : problems.front().field + " " + problems.front().message;
}

}  // namespace

TEST_CASE("each issuer is a provider with what is said under its name", "[config][oidc]") {
    REQUIRE(oidc_problems(two()).empty());
    const auto providers = oidc_providers(two());
    REQUIRE(providers.size() == 2);
    CHECK(providers[0].name == "google");
    CHECK(providers[0].issuer == "https://accounts.google.com");
    CHECK(providers[0].client_ids == std::vector<std::string>{"one", "an-app"});
    CHECK(providers[0].client_secret == "s=e=c");
    CHECK(providers[0].scopes == "openid email profile");
    CHECK(providers[1].client_secret.empty());
    CHECK(providers[1].scopes == "openid email");
}

TEST_CASE("what does not fit together is named, and no secret is repeated", "[config][oidc]") {
    CHECK(problem_with(OidcConfig{}).empty());
    const auto broken = [](auto edit) {
        auto config = two();
        edit(config);
        return problem_with(config);
    };
    CHECK(broken([](auto& c) { c.issuers.push_back("google=https://other.example"); }) ==
          "oidc.issuers google is given twice");
    CHECK(broken([](auto& c) { c.issuers.push_back("Bad Name=https://x.example"); }) ==
          "oidc.issuers must be name=value, with names like google");
    CHECK(broken([](auto& c) { c.issuers[1] = "own=http://id.example"; }) ==
          "oidc.issuers own must begin with https://");
    CHECK(broken([](auto& c) { c.issuers[1] = "own=http://localhost.example"; }) ==
          "oidc.issuers own must begin with https://");
    CHECK(broken([](auto& c) { c.issuers[1] = "own=https://user@id.example"; }) ==
          "oidc.issuers own must begin with https://");
    CHECK(broken([](auto& c) { c.client_ids = {"google=one"}; }) == "oidc.client_ids own has none");
    CHECK(broken([](auto& c) { c.client_ids.push_back("other=x"); }) ==
          "oidc.client_ids other has no issuer");
    CHECK(broken([](auto& c) { c.client_secrets = {"a-secret-alone"}; }) ==
          "oidc.client_secrets must be name=value, with names like google");
    CHECK(broken([](auto& c) { c.scopes = {"own=email"}; }) ==
          "oidc.scopes own must ask for openid");
    CHECK(broken([](auto& c) { c.public_url = "shop.example"; }) ==
          "oidc.public_url must begin with https://");
}
