#include "security/bcrypt.hpp"

#include <crypt.h>

#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "domain/account.hpp"

namespace souk {
namespace {

/// Empty when the library refuses. Its failures are texts that begin with '*', never a hash.
std::string hash_with(const std::string& password, const std::string& setting) {
    const auto room = std::make_unique<crypt_data>();
    const char* const hashed = crypt_rn(password.c_str(), setting.c_str(), room.get(),
                                        static_cast<int>(sizeof(crypt_data)));
    if (hashed == nullptr || hashed[0] != '$') return {};
    return hashed;
}

bool fits(const std::string& password) {
    return password.size() <= max_password_bytes && password.find('\0') == std::string::npos;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
    return difference == 0;
}

}  // namespace

std::string bcrypt(const std::string& password, int cost) {
    if (!fits(password)) throw std::invalid_argument("bcrypt would cut this password");
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    // Without bytes of ours the salt comes from the kernel.
    const char* const made = crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), nullptr, 0,
                                              setting.data(), static_cast<int>(setting.size()));
    auto hashed = made == nullptr ? std::string{} : hash_with(password, setting.data());
    if (hashed.empty()) throw std::runtime_error("bcrypt is not available at this cost");
    return hashed;
}

bool bcrypt_matches(const std::string& password, const std::string& hash) {
    if (!fits(password) || !bcrypt_cost(hash)) return false;
    const auto hashed = hash_with(password, hash);
    return !hashed.empty() && equal_in_constant_time(hashed, hash);
}

std::optional<int> bcrypt_cost(std::string_view hash) {
    constexpr std::size_t length = 60;
    if (hash.size() != length || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$')
        return std::nullopt;
    int cost = 0;
    const auto [end, failure] = std::from_chars(hash.data() + 4, hash.data() + 6, cost);
    if (failure != std::errc{} || end != hash.data() + 6) return std::nullopt;
    return cost;
}

}  // namespace souk
