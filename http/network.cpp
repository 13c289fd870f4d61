#include "http/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace souk {

std::string network_of(std::string_view address) {
    const std::string text{address.substr(0, address.find('%'))};  // without a zone
    in6_addr parsed{};
    if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::string{address};
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (IN6_IS_ADDR_V4MAPPED(&parsed))
        return inet_ntop(AF_INET, &parsed.s6_addr[12], out.data(), out.size());
    std::fill(parsed.s6_addr + 8, parsed.s6_addr + 16, std::uint8_t{0});
    return std::string{inet_ntop(AF_INET6, &parsed, out.data(), out.size())} + "/64";
}

}  // namespace souk
