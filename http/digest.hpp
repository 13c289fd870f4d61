#pragma once
// SHA-256 and comparison in constant time; only digest.cpp knows OpenSSL.

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace souk {

using Digest = std::array<unsigned char, 32>;

/// Over the parts as one text.
Digest sha256(std::initializer_list<std::string_view> parts);
std::string to_hex(const Digest& digest);
/// Takes the same time wherever the two differ.
bool same_secret(const Digest& a, const Digest& b);

}  // namespace souk
