#include "http/cookie.hpp"

#include <algorithm>

namespace souk {

std::string_view cookie_of(const Request& request, std::string_view name) {
    auto rest = request.header("cookie");
    while (!rest.empty()) {
        auto pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        const bool is_it =
            pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=';
        if (is_it) return pair.substr(name.size() + 1);
    }
    return {};
}

std::string set_cookie_text(const Cookie& cookie) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(cookie.lifetime).count();
    std::string text{cookie.name};
    text.append("=").append(cookie.value);
    text.append("; Path=/api; HttpOnly; SameSite=Lax; Max-Age=").append(std::to_string(seconds));
    return cookie.secure ? text + "; Secure" : text;
}

}  // namespace souk
