// What makes an id token good, claim by claim. The algorithms are in json_web_keys_test.cpp.

#include "security/id_token.hpp"

#include "security/base64url.hpp"
#include "security/cipher.hpp"
#include "security/ed25519.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::seconds{1'768'471'200}};

const std::string good_header = R"({"alg":"EdDSA","kid":"one"})";
const std::string good_claims =
    R"("iss":"https://id.example","sub":"somebody","aud":"souk","nonce":"n",)"
    R"("iat":1768471200,"exp":1768471500)";

struct World {
    Ed25519Key key{random_bytes(32)};
    std::vector<NamedKey> keys{{"one", *PublicKey::ed25519(key.public_bytes())}};
    IdTokenRules rules{"https://id.example", {"souk", "souk-app"}, "n"};

    std::string token(const std::string& header, const std::string& payload) const {
        const auto text = to_base64url(header) + "." + to_base64url(payload);
        return text + "." + to_base64url(key.sign(text));
    }
    IdTokenVerdict judge(const std::string& header, const std::string& payload) const {
        return verify_id_token(keys, rules, token(header, payload), now);
    }
    /// The first of two members of one name counts.
    bool takes(const std::string& claims) const {
        const auto comma = claims.empty() ? "" : ",";
        return judge(good_header, "{" + claims + comma + good_claims + "}").token.has_value();
    }
    bool takes_header(const std::string& header) const {
        return judge(header, "{" + good_claims + "}").token.has_value();
    }
};

}  // namespace

TEST_CASE("a good token tells who it is about", "[security][id_token]") {
    const World world;
    const auto verdict = world.judge(
        good_header, "{" + good_claims +
                         R"(,"email":"Amal@example.com","email_verified":true,"given_name":"Amal",)"
                         R"("family_name":"Khalil","name":"Amal Khalil"})");
    REQUIRE(verdict.token);
    const auto& claims = verdict.token->claims;
    CHECK(claims.issuer == "https://id.example");
    CHECK(claims.subject == "somebody");
    CHECK(claims.email == "Amal@example.com");
    CHECK(claims.email_is_verified);
    CHECK(claims.given_name == "Amal");
    CHECK(claims.family_name == "Khalil");
    CHECK(verdict.token->expires_at == now + 300s);
}

TEST_CASE("a token is for us alone, or names us as its party", "[security][id_token]") {
    const World world;
    CHECK(world.takes(""));
    CHECK(world.takes(R"("aud":"souk-app")"));
    CHECK(world.takes(R"("aud":["souk"])"));
    CHECK(world.takes(R"("aud":["other","souk"],"azp":"souk")"));
    CHECK(world.takes(R"("azp":"souk-app")"));
    for (const auto* claims :
         {R"("aud":"other")", R"("aud":["other","souk"])", R"("aud":[])", R"("aud":["other"])",
          R"("aud":{"souk":1})", R"("aud":7)", R"("aud":null)", R"("azp":"other")", R"("azp":7)",
          R"("aud":["other"],"azp":"souk")", R"("aud":"")",
          R"("aud":["1","2","3","4","5","6","7","8","9","10","souk"],"azp":"souk")"}) {
        CAPTURE(claims);
        CHECK_FALSE(world.takes(claims));
    }
}

TEST_CASE("a token is of our issuer, about somebody, and of this log-in", "[security][id_token]") {
    World world;
    for (const auto* claims :
         {R"("iss":"https://id.example/")", R"("iss":"")", R"("iss":["https://id.example"])",
          R"("sub":"")", R"("sub":7)", R"("nonce":"m")", R"("nonce":"")", R"("nonce":7)",
          R"("events":{})"}) {
        CAPTURE(claims);
        CHECK_FALSE(world.takes(claims));
    }
    CHECK_FALSE(world.takes(R"("sub":")" + std::string(256, 's') + "\""));
    world.rules.nonce = std::nullopt;
    CHECK(world.takes(R"("nonce":"m")"));
}

TEST_CASE("a token is good in its time, a minute more or less", "[security][id_token]") {
    const World world;
    const auto at = [](const char* name, Duration offset) {
        const auto time = std::chrono::floor<std::chrono::seconds>(now + offset);
        return "\"" + std::string{name} + "\":" + std::to_string(time.time_since_epoch().count());
    };
    CHECK(world.takes(at("exp", -59s)));
    CHECK_FALSE(world.takes(at("exp", -60s)));
    CHECK(world.takes(at("iat", 60s)));
    CHECK_FALSE(world.takes(at("iat", 61s)));
    CHECK(world.takes(at("nbf", 60s)));
    CHECK_FALSE(world.takes(at("nbf", 61s)));
    for (const auto* claims : {R"("exp":"1768471500")", R"("exp":-1)", R"("exp":1e300)",
                               R"("exp":9223372036854775807)", R"("iat":null)"}) {
        CAPTURE(claims);
        CHECK_FALSE(world.takes(claims));
    }
}

TEST_CASE("the key decides on the algorithm, and the token cannot talk it into another",
          "[security][id_token]") {
    const World world;
    CHECK(world.takes_header(R"({"alg":"EdDSA","kid":"one","typ":"JWT"})"));
    CHECK(world.takes_header(R"({"alg":"EdDSA"})"));
    for (const auto* header :
         {R"({"alg":"none","kid":"one"})", R"({"alg":"None"})", R"({"alg":"HS256","kid":"one"})",
          R"({"alg":"RS256","kid":"one"})", R"({"alg":"ES256","kid":"one"})", R"({"kid":"one"})",
          R"({"alg":"","kid":"one"})", R"({"alg":["EdDSA"],"kid":"one"})", "[]", "7", "",
          R"({"alg":"EdDSA","kid":"one","crit":["exp"]})",
          R"({"alg":"EdDSA","kid":"one","typ":"at+jwt"})",
          R"({"alg":"EdDSA","kid":"one","typ":"logout+jwt"})",
          R"({"alg":"EdDSA","kid":"one","typ":7})"}) {
        CAPTURE(header);
        CHECK_FALSE(world.takes_header(header));
    }
}

TEST_CASE("a key that is not known may be worth asking for, a wrong signature is not",
          "[security][id_token]") {
    World world;
    const auto payload = "{" + good_claims + "}";
    CHECK(world.judge(R"({"alg":"EdDSA","kid":"two"})", payload).key_is_unknown);
    const auto token = world.token(good_header, payload);
    world.keys[0].key = *PublicKey::ed25519(Ed25519Key{random_bytes(32)}.public_bytes());
    const auto verdict = verify_id_token(world.keys, world.rules, token, now);
    CHECK_FALSE(verdict.token);
    CHECK_FALSE(verdict.key_is_unknown);
    CHECK(verify_id_token({}, world.rules, token, now).key_is_unknown);
}

TEST_CASE("what is no token is refused, and so is one that is too long", "[security][id_token]") {
    const World world;
    const auto good = world.token(good_header, "{" + good_claims + "}");
    REQUIRE(verify_id_token(world.keys, world.rules, good, now).token);
    for (const auto& text :
         {std::string{}, std::string{"."}, std::string{".."}, std::string{"a.b"}, good + "=",
          good + ".x", "." + good, good.substr(0, good.size() - 1), good + "A",
          world.token(good_header, "[]"), world.token(good_header, "\xff"),
          world.token(good_header,
                      "{" + good_claims + R"(,"x":")" + std::string(8'192, 'x') + "\"}")}) {
        CAPTURE(text.substr(0, 60));
        CHECK_FALSE(verify_id_token(world.keys, world.rules, text, now).token);
    }
}
