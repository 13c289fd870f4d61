#pragma once
// Asking for one's own erasure.

#include <string>

#include "protocol/account_json.hpp"

namespace souk {

struct EraseBody {
    std::string password;
};

template <>
struct Schema<EraseBody> {
    static constexpr std::string_view name = "EraseAccount";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("password", &EraseBody::password,
              "The account's; left out by who has none and has just logged in with a provider.",
              {.max_length = max_password_bytes, .optional = true}));
};

}  // namespace souk
