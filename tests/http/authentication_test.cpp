#include "http/authentication.hpp"

#include "tests/support/catch.hpp"

namespace souk {
namespace {

constexpr std::string_view secret = "0123456789abcdefXYZ";

Request request_with(std::string name, std::string value) {
    Request request;
    request.headers.emplace_back(std::move(name), std::move(value));
    return request;
}

ApiKey known_key() {
    ApiKey key;
    key.id = ApiKeyId{uuid_v7(TimePoint{}, 1, 2)};
    key.secret_hash = sha256({secret});
    key.scopes = {"inventory:write"};
    return key;
}

}  // namespace

TEST_CASE("an API key is read from either header", "[http][authentication]") {
    const auto key = known_key();
    const auto text = api_key_text(key.id, secret);
    for (const auto& request :
         {request_with("x-api-key", text), request_with("authorization", "Bearer " + text),
          request_with("authorization", "bearer " + text)}) {
        const auto presented = presented_key(request);
        REQUIRE(presented);
        CHECK(presented->id == key.id);
        const auto principal = principal_of(*presented, &key);
        REQUIRE(principal);
        CHECK(principal->actor() == to_text(key.id));
        CHECK(principal->has_scope("inventory:write"));
        CHECK_FALSE(principal->has_scope("orders:read"));
    }
}

TEST_CASE("a malformed API key is nobody's", "[http][authentication]") {
    const auto text = api_key_text(known_key().id, secret);
    const auto value = GENERATE_COPY(
        as<std::string>{}, "", "Basic abc", "Bearer ", text, "Bearer " + text.substr(1),
        "Bearer " + text.substr(0, 20), "Bearer " + text.substr(0, 32) + "short",
        "Bearer " + text + std::string(200, 'x'),
        "Bearer souk_" + std::string(26, 'u') + "_" + std::string(secret));
    CAPTURE(value);
    CHECK_FALSE(presented_key(request_with("authorization", value)));
}

TEST_CASE("a wrong secret, a revoked key and an unknown key are told the same",
          "[http][authentication]") {
    auto key = known_key();
    const PresentedKey wrong{key.id, sha256({"another secret"})};
    const PresentedKey right{key.id, sha256({secret})};
    CHECK(principal_of(wrong, &key).error().message == bad_credentials().message);
    CHECK(principal_of(right, nullptr).error().message == bad_credentials().message);
    key.revoked = true;
    CHECK(principal_of(right, &key).error().code == ErrorCode::unauthenticated);
}

TEST_CASE("an access token is what has two dots, in the Authorization header alone",
          "[http][authentication]") {
    CHECK(presented_token(request_with("authorization", "Bearer a.b.c")) == "a.b.c");
    CHECK_FALSE(presented_token(request_with("x-api-key", "a.b.c")));
    for (const auto* value : {"a.b.c", "Basic a.b.c", "Bearer a.b", "Bearer a.b.c.d", "Bearer"})
        CHECK_FALSE(presented_token(request_with("authorization", value)));
}

TEST_CASE("people have the scopes of their role", "[http][authentication]") {
    const UserId id{uuid_v7(TimePoint{}, 1, 2)};
    const auto customer = principal_of(SignedIn{id, {}, default_tenant, Role::customer}, 600);
    CHECK(customer.is_user());
    CHECK(customer.is_buyer());
    CHECK_FALSE(customer.is_guest());
    CHECK_FALSE(customer.has_scope("orders:read"));
    CHECK(customer.actor() == to_text(id));
    CHECK(customer.requests_per_minute == 600);
    const auto admin = principal_of(SignedIn{id, {}, default_tenant, Role::admin}, 600);
    CHECK(admin.has_scope("orders:read"));
    CHECK_FALSE(admin.is_buyer());
}

TEST_CASE("admin holds every scope, a guest none", "[http][authentication]") {
    Principal admin{.kind = Principal::Kind::api_key, .scopes = {"admin"}};
    CHECK(admin.has_scope("orders:read"));
    CHECK_FALSE(Principal{}.has_scope("orders:read"));
    CHECK(Principal{}.actor() == "guest");
}

TEST_CASE("a digest is SHA-256 over its parts in a row", "[http][digest]") {
    CHECK(to_hex(sha256({"a", "bc"})) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace souk
