#include "security/access_token.hpp"

#include "security/base64url.hpp"
#include "security/cipher.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{480'000}};
const TokenNames names{"https://souk.example", "souk"};
const KeyRing ring({SigningKey::make({now, now})});

AccessToken good_token() {
    AccessToken token;
    token.user = UserId{uuid_v7(now, 1, 2)};
    token.role = Role::vendor;
    token.session = SessionId{uuid_v7(now, 3, 4)};
    token.id = uuid_v7(now, 5, 6);
    token.issued_at = now;
    token.expires_at = now + 15min;
    return token;
}

std::string payload_of(const std::string& token) {
    const auto first = token.find('.');
    return token.substr(first + 1, token.rfind('.') - first - 1);
}

/// A token of a header and a payload that somebody else wrote, signed with our key.
std::string signed_by_us(std::string_view header, std::string_view payload) {
    const auto text = to_base64url(header) + "." + to_base64url(payload);
    return text + "." + to_base64url(ring.keys().front().pair().sign(text));
}

}  // namespace

TEST_CASE("a token says what it was made with", "[security][access_token]") {
    const auto made = good_token();
    const auto read = verify_token(ring, names, sign_token(ring, names, made));
    REQUIRE(read);
    CHECK(read->user == made.user);
    CHECK(read->tenant == default_tenant);
    CHECK(read->role == Role::vendor);
    CHECK(read->session == made.session);
    CHECK(read->id == made.id);
    CHECK(read->issued_at == made.issued_at);
    CHECK(read->expires_at == made.expires_at);
}

TEST_CASE("a token is current from its making to its end", "[security][access_token]") {
    const auto token = good_token();
    CHECK(is_current(token, now));
    CHECK(is_current(token, now - 60s));  // of a server whose clock is ahead
    CHECK_FALSE(is_current(token, now - 61s));
    CHECK(is_current(token, now + 15min - 1us));
    CHECK_FALSE(is_current(token, now + 15min));
}

TEST_CASE("no bit of a token may change", "[security][access_token]") {
    const auto text = sign_token(ring, names, good_token());
    REQUIRE(verify_token(ring, names, text));
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto touched = text;
        touched[i] = touched[i] == 'A' ? 'B' : 'A';
        CAPTURE(i);
        CHECK_FALSE(verify_token(ring, names, touched));
        CHECK_FALSE(verify_token(ring, names, text.substr(0, i)));
    }
    CHECK_FALSE(verify_token(ring, names, text + "="));
    CHECK_FALSE(verify_token(ring, names, text + "."));
    CHECK_FALSE(verify_token(ring, names, " " + text));
}

TEST_CASE("a token of another algorithm is refused, signed by us or by nobody",
          "[security][access_token]") {
    const auto payload = *from_base64url(payload_of(sign_token(ring, names, good_token())));
    const auto kid = ring.keys().front().id();
    REQUIRE(verify_token(
        ring, names,
        signed_by_us(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + kid + R"("})", payload)));
    const auto header = GENERATE_COPY(
        as<std::string>{}, R"({"alg":"none"})",
        R"({"alg":"none","typ":"at+jwt","kid":")" + kid + R"("})",
        R"({"alg":"HS256","typ":"at+jwt","kid":")" + kid + R"("})",
        R"({"alg":"EdDSA","typ":"JWT","kid":")" + kid + R"("})",
        R"({"alg":"EdDSA","typ":"at+jwt"})",
        R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + kid + R"(","jwk":{"kty":"OKP"}})",
        R"({ "alg":"EdDSA","typ":"at+jwt","kid":")" + kid + R"("})", "", "{}");
    CAPTURE(header);
    CHECK_FALSE(verify_token(ring, names, signed_by_us(header, payload)));
    CHECK_FALSE(
        verify_token(ring, names, to_base64url(header) + "." + to_base64url(payload) + "."));
}

TEST_CASE("a token by another's key is refused, whatever key it names",
          "[security][access_token]") {
    const KeyRing other({SigningKey::make({now, now})});
    const auto text = sign_token(other, names, good_token());
    CHECK_FALSE(verify_token(ring, names, text));
    const auto payload_and_more = text.substr(text.find('.'));
    CHECK_FALSE(verify_token(ring, names, ring.keys().front().header() + payload_and_more));
}

TEST_CASE("a token for others or by others is refused", "[security][access_token]") {
    CHECK_FALSE(
        verify_token(ring, names, sign_token(ring, {names.issuer, "another"}, good_token())));
    CHECK_FALSE(
        verify_token(ring, names, sign_token(ring, {"another", names.audience}, good_token())));
}

TEST_CASE("what we signed without its being an access token is none", "[security][access_token]") {
    const auto header =
        R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + ring.keys().front().id() + R"("})";
    for (const auto* payload : {"", "{}", "[]", "null", R"({"iss":"https://souk.example"})"})
        CHECK_FALSE(verify_token(ring, names, signed_by_us(header, payload)));
}

TEST_CASE("a token without end is not looked at", "[security][access_token]") {
    CHECK_FALSE(verify_token(ring, names, std::string(1'000'000, '.')));
    CHECK_FALSE(verify_token(ring, names, ""));
}
