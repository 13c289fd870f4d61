#include "security/bcrypt.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

constexpr int quick = 4;

}  // namespace

TEST_CASE("a hash fits its password alone", "[security][bcrypt]") {
    const auto hash = bcrypt("correct horse", quick);
    CHECK(hash.starts_with("$2b$04$"));
    CHECK(bcrypt_matches("correct horse", hash));
    CHECK_FALSE(bcrypt_matches("Correct horse", hash));
    CHECK_FALSE(bcrypt_matches("", hash));
    CHECK(bcrypt("correct horse", quick) != hash);
}

TEST_CASE("known answers of others fit", "[security][bcrypt]") {
    // From the test vectors of Openwall's crypt_blowfish.
    CHECK(bcrypt_matches("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    CHECK(bcrypt_matches("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"));
}

TEST_CASE("what bcrypt would cut is never hashed and never fits", "[security][bcrypt]") {
    const std::string longest(72, 'x');
    const auto hash = bcrypt(longest, quick);
    CHECK(bcrypt_matches(longest, hash));
    CHECK_FALSE(bcrypt_matches(longest + "y", hash));
    CHECK_THROWS(bcrypt(longest + "y", quick));
    const std::string with_nul("abcdefgh\0ijk", 12);
    CHECK_THROWS(bcrypt(with_nul, quick));
    CHECK_FALSE(bcrypt_matches(with_nul, bcrypt("abcdefgh", quick)));
}

TEST_CASE("what is no hash fits nothing", "[security][bcrypt]") {
    for (const auto* text : {"", "*0", "*1", "x", "$2b$04$", "$1$salt$hash"}) {
        CHECK_FALSE(bcrypt_matches("password", text));
        CHECK_FALSE(bcrypt_cost(text));
    }
    CHECK(bcrypt_cost(bcrypt("password", 5)) == 5);
    CHECK_THROWS(bcrypt("password", 99));
}
