// What is asked of a provider, and what its answers are taken for.

#include "gateways/oidc_client.hpp"

#include "tests/gateways/fake_server.hpp"
#include "tests/gateways/requests.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const std::string description =
    R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/go",)"
    R"("token_endpoint":"https://id.example/token","jwks_uri":"https://id.example/keys")";

std::optional<OidcDoors> doors_in(const std::string& more) {
    return read_doors(description + more + "}", "https://id.example");
}

/// A description with one member before ours: the first of two counts.
std::optional<OidcDoors> doors_with(const std::string& member) {
    return read_doors("{" + member + "," + description.substr(1) + "}", "https://id.example");
}

const OidcDoors doors{"https://id.example/go", "https://id.example/token",
                      "https://id.example/keys", true, false};
const CodeProof proof{"the code", "https://shop.example/back", "the verifier"};

OidcClientOptions options_for(const std::string& issuer) {
    OidcClientOptions options{.issuer = issuer, .client_id = "souk", .client_secret = "a:b %"};
    options.http = {.total_timeout = 500ms, .max_answer_bytes = 4'096};
    return options;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

Result<std::string> redeemed(FakeAnswer answer) {
    FakeServer server([&](const FakeRequest&) { return answer; });
    OidcClient client(options_for(server.address()));
    auto there = doors;
    there.token = server.address() + "/token";
    return client.redeem(there, proof, soon());
}

}  // namespace

TEST_CASE("a description is believed when it is the issuer's own and safe", "[gateways][oidc]") {
    const auto found = doors_in("");
    REQUIRE(found);
    CHECK(found->authorization == "https://id.example/go");
    CHECK(found->token == "https://id.example/token");
    CHECK(found->keys == "https://id.example/keys");
    CHECK(found->takes_basic);
    CHECK_FALSE(found->answers_with_iss);
    for (const auto* member :
         {R"("issuer":"https://other.example")", R"("issuer":"https://id.example/")",
          R"("authorization_endpoint":"http://id.example/go")",
          R"("token_endpoint":"http://id.example/token")", R"("token_endpoint":7)",
          R"("jwks_uri":"file:///etc/passwd")", R"("jwks_uri":"")",
          R"("jwks_uri":"http://127.0.0.1:9090/keys")", R"("token_endpoint":"http://[::1]/")",
          R"("authorization_endpoint":"https://user@id.example/go")",
          R"("authorization_endpoint":"https://id.example/go\r\nX: y")"}) {
        CAPTURE(member);
        CHECK_FALSE(doors_with(member));
    }
    CHECK_FALSE(read_doors("", "https://id.example"));
    CHECK_FALSE(read_doors("[]", "https://id.example"));
}

TEST_CASE("how the secret is shown follows the description", "[gateways][oidc]") {
    const auto post =
        doors_in(R"(,"token_endpoint_auth_methods_supported":["client_secret_post","none"])");
    CHECK_FALSE(post->takes_basic);
    CHECK(doors_in(R"(,"token_endpoint_auth_methods_supported":["x","client_secret_basic"])")
              ->takes_basic);
    CHECK(doors_in(R"(,"authorization_response_iss_parameter_supported":true)")->answers_with_iss);
    auto options = options_for("https://id.example");
    const auto basic = token_call(doors, options, proof);
    CHECK(basic.headers.back() == "Authorization: Basic c291azphJTNBYiUyMCUyNQ==");
    CHECK(basic.body ==
          "grant_type=authorization_code&code=the%20code&redirect_uri=https%3A%2F%2Fshop.example"
          "%2Fback&code_verifier=the%20verifier");
    const auto in_body = token_call(*post, options, proof);
    CHECK(in_body.headers.size() == 2);
    CHECK(in_body.body.ends_with("&client_id=souk&client_secret=a%3Ab%20%25"));
    options.client_secret.clear();
    const auto none = token_call(doors, options, proof);
    CHECK(none.headers.size() == 2);
    CHECK(none.body.ends_with("&client_id=souk"));
}

TEST_CASE("a browser takes along what it needs, and the address keeps its own query",
          "[gateways][oidc]") {
    const auto options = options_for("https://id.example");
    const AuthorizationWish wish{"https://shop.example/back", "s", "n", "c"};
    const std::string query =
        "response_type=code&client_id=souk&redirect_uri=https%3A%2F%2Fshop.example%2Fback&scope="
        "openid%20email%20profile&state=s&nonce=n&code_challenge=c&code_challenge_method=S256";
    CHECK(authorization_address(doors, options, wish) == "https://id.example/go?" + query);
    auto busy = doors;
    busy.authorization += "?tenant=1";
    CHECK(authorization_address(busy, options, wish) == "https://id.example/go?tenant=1&" + query);
}

TEST_CASE("the description is found below the issuer, with or without a slash",
          "[gateways][oidc]") {
    for (const std::string slash : {"", "/"}) {
        std::string issuer;
        FakeServer server([&](const FakeRequest&) {
            return json_answer(200, R"({"issuer":")" + issuer + "\"" +
                                        description.substr(description.find(',')) + "}");
        });
        issuer = server.address() + "/realm" + slash;
        OidcClient client(options_for(issuer));
        CHECK(client.doors(soon()));
        CHECK(server.requests().at(0).target == "/realm/.well-known/openid-configuration");
    }
}

TEST_CASE("an id token is read out of the answer", "[gateways][oidc]") {
    CHECK(*redeemed(json_answer(200, R"({"access_token":"x","id_token":"a.b.c"})")) == "a.b.c");
}

TEST_CASE("a code nobody gave is the browser's fault, all else the provider's",
          "[gateways][oidc]") {
    CHECK(redeemed(json_answer(400, R"({"error":"invalid_grant"})")).error().code ==
          ErrorCode::unauthenticated);
    for (const auto& answer :
         {json_answer(401, R"({"error":"invalid_client"})"), json_answer(500, "oops"),
          json_answer(200, R"({"access_token":"x"})"), json_answer(200, R"({"id_token":7})"),
          json_answer(302, "", "Location: https://evil.example\r\n"),
          json_answer(200, R"({"id_token":")" + std::string(5'000, 'x') + "\"}"),
          FakeAnswer{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", true}, FakeAnswer{}}) {
        const auto refused = redeemed(answer);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::unavailable);
        CHECK(refused.error().retry_after_s > 0);
        CHECK_FALSE(holds(refused.error().message, "the code"));
    }
    OidcClient client(options_for(refusing_address()));
    CHECK(client.doors(soon()).error().code == ErrorCode::unavailable);
}
