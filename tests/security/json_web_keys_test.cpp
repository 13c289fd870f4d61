// Keys and signatures as another implementation makes them.

#include "security/json_web_keys.hpp"

#include "security/base64url.hpp"
#include "security/public_key.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

std::string bytes(std::string_view text) { return *from_base64url(text); }

const std::string rsa_n =
    "wlOFj2atK1JmPZh_irBBKjRYfEL_aC8sp_crOBAxbo2aOw90r08OkzsMQA45K0wMKO28vIPQ9qZ0P-Ul"
    "xv6w9i7ccZDihkmSIk7Q2yGlAXbv3w5o3gTnkPw5xdtc7G4-f-W7dX7J9RErYcXFUOBK9yff_Ao-mx-p"
    "X_Csgg4LLKaA6qszLh67oiHtMgmF2D4cqLpowkkSYVznR_BhamkKZjEy-TF_Nm5U1bYaWBFFIa2qapWT"
    "eBywgTj1cZk0xbVW4bRJ4omNloEt_ycY5EdgcPj_Yght5BDGTKP0skEV86fYWSTsAO4mRUrja_B2_hZz"
    "9JFufwH-cZg9qyXmjLcwnw";
const std::string rsa_token =
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.fTPDr7lqtxnEq-PeTAWUKtc9HMiho569d7"
    "HceLyO8oo_gzPya-n1PIfX3IUZf1X7xLcm-9V84dX43ubnIZDaWSA4GAzPXsG8717ALEFZvnietH0lTm"
    "WXPM_uD52DTvqzODKoeNexJPf56H9OArJ_azN2k3j5Dzf_ySdk2GA6gUYMQsswgQY4Imqyj1VPGU1qTJ"
    "Q2VtIm5xe-KV-GRZgdMzCjPDB7va_nVq7c-b73fFuqe4z0YkA88BRMMMTy7dLSiPLh6o-CGa2-623mVX"
    "ybQP5_IZPGMzrO0uFB8NDaIDZrVQEUbrMfdzZazM3UgOX-NYYseFzAiXFuRrfatRtldw";
const std::string weak_n =
    "qUXihOsWIyi9R10o2NgL6bWekgsmu-fW1pI6LnGbLDegY8OWFmLZky15WIKy0UisUI0r0R2U6XnCVoDo"
    "XbonWfOz2tKM4RSrMazS3jItAlLA-285l5X9E6NRfiZSj4pEzrA0V01GrvW-01mPVJc3uLDcdOKt7ph7"
    "dZ2V-vmtDHk";
const std::string ec_x = "rDeXWOS464XtWNElHPaTKoNKfhIt4No8BjI3iXXcQoU";
const std::string ec_y = "yy0wmHHCCEfkP_q1ognDP6vpB7yTzaAMXI8hyxSJ-nY";
const std::string ec_token =
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.dIwn1vV7zU4T6w2yfRlLuNDO9u-MkxZVug"
    "6-mAxetlpVyBB-zh1ZSaqzzIq40_dfOm7UA3mdl9g_3E4e_wWCLA";
const std::string ed_x = "n1nZO9Y7Kw18fx1wSKWd8nTIx4ed8RIEh9Zw6YikcVQ";
const std::string ed_token =
    "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJzb21lYm9keSJ9.msY2OFAaG-cnb6_ggZMKoomJDppcpRFVmx"
    "RumErldYo2BeV51KfLszQnctd0EEYXnZe89arnsMN0K8faQdh_CQ";

struct Signed {
    std::string text;
    std::string signature;
};
Signed split(const std::string& token) {
    const auto dot = token.rfind('.');
    return {token.substr(0, dot), bytes(std::string_view(token).substr(dot + 1))};
}

std::string rsa_json(const std::string& more = {}) {
    return R"({"kty":"RSA","kid":"r","n":")" + rsa_n + R"(","e":"AQAB")" + more + "}";
}
std::string ec_json(const std::string& more = {}) {
    return R"({"kty":"EC","kid":"e","crv":"P-256","x":")" + ec_x + R"(","y":")" + ec_y + "\"" +
           more + "}";
}
std::string ed_json(const std::string& more = {}) {
    return R"({"kty":"OKP","kid":"d","crv":"Ed25519","x":")" + ed_x + "\"" + more + "}";
}

std::size_t readable(const std::string& keys) {
    return read_json_web_keys(R"({"keys":[)" + keys + "]}")->size();
}

}  // namespace

TEST_CASE("a key takes signatures of its own algorithm over its own text alone",
          "[security][public_key]") {
    const auto rsa = PublicKey::rsa(bytes(rsa_n), bytes("AQAB"));
    const auto ec = PublicKey::p256(bytes(ec_x), bytes(ec_y));
    const auto ed = PublicKey::ed25519(bytes(ed_x));
    REQUIRE((rsa && ec && ed));
    CHECK(to_text(rsa->algorithm()) == "RS256");
    CHECK(to_text(ec->algorithm()) == "ES256");
    CHECK(to_text(ed->algorithm()) == "EdDSA");
    const std::vector<std::pair<const PublicKey*, Signed>> pairs{
        {&*rsa, split(rsa_token)}, {&*ec, split(ec_token)}, {&*ed, split(ed_token)}};
    for (const auto& [key, own] : pairs) {
        for (const auto& [other, signed_by_other] : pairs) {
            CHECK(key->verifies(signed_by_other.text, signed_by_other.signature) == (key == other));
        }
        CHECK_FALSE(key->verifies(own.text + "x", own.signature));
        CHECK_FALSE(key->verifies(own.text, ""));
        CHECK_FALSE(key->verifies(own.text, own.signature.substr(1)));
        for (std::size_t at = 0; at < own.signature.size(); at += 7) {
            auto changed = own.signature;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            CHECK_FALSE(key->verifies(own.text, changed));
        }
        CHECK_FALSE(key->verifies(own.text, std::string(own.signature.size(), '\0')));
    }
}

TEST_CASE("what is no key, or too weak, is none", "[security][public_key]") {
    CHECK_FALSE(PublicKey::rsa(bytes(weak_n), bytes("AQAB")));
    CHECK_FALSE(PublicKey::rsa(std::string(1'025, '\x7f'), bytes("AQAB")));
    CHECK_FALSE(PublicKey::rsa(bytes(rsa_n), ""));
    CHECK_FALSE(PublicKey::rsa(bytes(rsa_n), "12345"));
    CHECK_FALSE(PublicKey::rsa("", bytes("AQAB")));
    CHECK_FALSE(PublicKey::p256(bytes(ec_x), bytes(ec_x)));  // not on the curve
    CHECK_FALSE(PublicKey::p256(bytes(ec_x), ""));
    CHECK_FALSE(PublicKey::p256(std::string(32, '\0'), std::string(32, '\0')));
    CHECK_FALSE(PublicKey::ed25519(bytes(ed_x).substr(1)));
}

TEST_CASE("a key set gives the keys that are for signatures and of a known kind",
          "[security][json_web_keys]") {
    const auto keys = read_json_web_keys(
        R"({"keys":[)" + rsa_json(R"(,"alg":"RS256","use":"sig")") + "," +
        ec_json(R"(,"key_ops":["verify"])") + "," + ed_json(R"(,"x5c":["…"],"more":{"a":1})") +
        R"(,{"kty":"oct","k":"c2VjcmV0"},{"kty":"EC","crv":"P-521"},7,null,[],{}]})");
    REQUIRE(keys);
    REQUIRE(keys->size() == 3);
    CHECK((*keys)[0].id == "r");
    CHECK((*keys)[0].key.algorithm() == SignatureAlgorithm::rs256);
    CHECK((*keys)[1].key.algorithm() == SignatureAlgorithm::es256);
    CHECK((*keys)[2].key.algorithm() == SignatureAlgorithm::eddsa);
}

TEST_CASE("a key for another purpose or algorithm is left out", "[security][json_web_keys]") {
    CHECK(readable(rsa_json()) == 1);
    CHECK(readable(rsa_json(R"(,"use":"enc")")) == 0);
    CHECK(readable(rsa_json(R"(,"use":1)")) == 0);
    CHECK(readable(rsa_json(R"(,"key_ops":["encrypt"])")) == 0);
    CHECK(readable(rsa_json(R"(,"key_ops":"verify")")) == 0);
    CHECK(readable(rsa_json(R"(,"alg":"PS256")")) == 0);
    CHECK(readable(rsa_json(R"(,"alg":"HS256")")) == 0);
    CHECK(readable(ec_json(R"(,"alg":"RS256")")) == 0);
    CHECK(readable(ed_json(R"(,"alg":"none")")) == 0);
}

TEST_CASE("what is no key set is none", "[security][json_web_keys]") {
    for (const auto* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":"x"})", "null", "{"}) {
        CAPTURE(text);
        CHECK_FALSE(read_json_web_keys(text));
    }
    CHECK(readable("") == 0);
}
