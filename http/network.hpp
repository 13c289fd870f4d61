#pragma once
// Whom an address stands for where callers are counted: an IPv4 address for itself, an IPv6 address
// for its /64, which is what one subscriber has at least.

#include <string>
#include <string_view>

namespace souk {

/// "192.0.2.1", "2001:db8:1:2::/64"; an IPv4 address within IPv6 is the IPv4 address. What is no
/// address stands for itself.
std::string network_of(std::string_view address);

}  // namespace souk
