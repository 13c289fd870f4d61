#pragma once
// Cookies, of which there are few: what a browser must show again and no page may read.

#include <string>
#include <string_view>

#include "domain/time.hpp"
#include "http/request.hpp"

namespace souk {

/// The value of the first cookie of that name; empty when there is none.
std::string_view cookie_of(const Request& request, std::string_view name);

struct Cookie {
    std::string_view name;
    std::string_view value;  // of characters that need no quoting
    Duration lifetime{};     // none: it is taken away
    bool secure{false};      // goes over https alone
};

/// The header's value. Other sites' pages can make no browser send it but by leading it here, and
/// scripts do not see it.
std::string set_cookie_text(const Cookie& cookie);

}  // namespace souk
