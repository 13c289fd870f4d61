#include "security/xaes_gcm.hpp"

#include <algorithm>
#include <vector>

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

constexpr std::string_view nonce = "ABCDEFGHIJKLMNOPQRSTUVWX";
constexpr std::string_view text = "XAES-256-GCM";

SealingKey key_of(unsigned char byte) {
    SealingKey key{};
    key.fill(byte);
    return key;
}

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        hex.push_back(digits[value >> 4U]);
        hex.push_back(digits[value & 15U]);
    }
    return hex;
}

}  // namespace

TEST_CASE("XAES-256-GCM gives what its specification gives", "[security][xaes]") {
    CHECK(hex_of(xaes_seal(key_of(1), nonce, "", text)) ==
          "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
    CHECK(hex_of(xaes_seal(key_of(3), nonce, "c2sp.org/XAES-256-GCM", text)) ==
          "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
}

TEST_CASE("XAES-256-GCM opens what nobody touched", "[security][xaes]") {
    const auto key = key_of(1);
    const auto sealed = xaes_seal(key, nonce, "here", text);
    CHECK(xaes_open(key, nonce, "here", sealed) == text);
    CHECK(xaes_open(key, nonce, "here", xaes_seal(key, nonce, "here", "")) == "");
    CHECK_FALSE(xaes_open(key_of(2), nonce, "here", sealed));
    CHECK_FALSE(xaes_open(key, nonce, "there", sealed));
    CHECK_FALSE(xaes_open(key, "BBCDEFGHIJKLMNOPQRSTUVWX", "here", sealed));
    CHECK_FALSE(xaes_open(key, "ABCDEFGHIJKLMNOPQRSTUVWY", "here", sealed));
    CHECK_FALSE(xaes_open(key, nonce.substr(1), "here", sealed));
    CHECK_FALSE(xaes_open(key, nonce, "here", sealed.substr(0, 15)));
    for (std::size_t place = 0; place < sealed.size(); ++place) {
        auto touched = sealed;
        touched[place] = static_cast<char>(touched[place] ^ 1);
        CHECK_FALSE(xaes_open(key, nonce, "here", touched));
    }
    CHECK(xaes_open(key, nonce, "here", sealed) == text);  // a failure leaves nothing behind
}

TEST_CASE("nonces differ, also where a thread's supply ends", "[security][xaes]") {
    std::vector<std::string> nonces;
    for (int i = 0; i < 200; ++i) nonces.push_back(xaes_nonce());
    CHECK(std::ranges::all_of(nonces, [](const auto& one) { return one.size() == 24; }));
    std::ranges::sort(nonces);
    CHECK(std::ranges::adjacent_find(nonces) == nonces.end());
}
