#include "security/cipher.hpp"

#include <set>

#include "security/base64url.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const auto key = sealing_key("a secret of the operator's own", "tests");

}  // namespace

TEST_CASE("what was sealed opens at its place alone", "[security][cipher]") {
    const auto sealed = seal(key, "signing_keys:1", "the seed");
    CHECK(unseal(key, "signing_keys:1", sealed) == "the seed");
    CHECK_FALSE(unseal(key, "signing_keys:2", sealed));
    CHECK_FALSE(unseal(key, "", sealed));
    CHECK(unseal(key, "", seal(key, "", "")) == "");
}

TEST_CASE("what was sealed opens with its key alone", "[security][cipher]") {
    const auto sealed = seal(key, "place", "text");
    CHECK_FALSE(unseal(sealing_key("another secret", "tests"), "place", sealed));
    CHECK_FALSE(unseal(sealing_key("a secret of the operator's own", "other"), "place", sealed));
}

TEST_CASE("a sealed text that was touched anywhere does not open", "[security][cipher]") {
    const auto sealed = *from_base64url(seal(key, "place", "text"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto touched = sealed;
        touched[i] = static_cast<char>(touched[i] ^ 1);
        CHECK_FALSE(unseal(key, "place", to_base64url(touched)));
        CHECK_FALSE(unseal(key, "place", to_base64url(sealed.substr(0, i))));
    }
}

TEST_CASE("the same text is never sealed the same", "[security][cipher]") {
    CHECK(seal(key, "place", "text") != seal(key, "place", "text"));
}

TEST_CASE("secrets are 43 characters and never the same", "[security][cipher]") {
    std::set<std::string> secrets;
    for (int i = 0; i < 1'000; ++i) {
        const auto secret = new_secret();
        CHECK(secret.size() == 43);
        secrets.insert(secret);
    }
    CHECK(secrets.size() == 1'000);
}
