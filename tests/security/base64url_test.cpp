#include "security/base64url.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("base64url is that of RFC 4648, without padding", "[security][base64url]") {
    const std::pair<std::string, std::string> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"},
    };
    for (const auto& [bytes, text] : vectors) {
        CHECK(to_base64url(bytes) == text);
        CHECK(from_base64url(text) == bytes);
    }
}

TEST_CASE("a text that no encoder writes is refused", "[security][base64url]") {
    // A lone character, padding, the other alphabet, blanks, bits beyond the last byte, 8 bits.
    for (const auto* text : {"Z", "Zg==", "+/8", "Zm 9", "Zh", "Zm9", "Zm8\xff", "Zm9v\n"})
        CHECK_FALSE(from_base64url(text));
}
