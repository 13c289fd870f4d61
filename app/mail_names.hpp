#pragma once
// How operators read of mails: what they are, and to whom without saying it.

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "domain/mail.hpp"
#include "protocol/fields.hpp"

namespace souk {

template <>
struct EnumNames<MailKind> {
    static constexpr std::array<std::pair<MailKind, std::string_view>, 6> names{{
        {MailKind::registration, "registration"},
        {MailKind::verification, "verification"},
        {MailKind::password_reset, "password_reset"},
        {MailKind::order_confirmed, "order_confirmed"},
        {MailKind::order_cancelled, "order_cancelled"},
        {MailKind::order_refunded, "order_refunded"},
    }};
};
template <>
struct EnumNames<MailState> {
    static constexpr std::array<std::pair<MailState, std::string_view>, 5> names{{
        {MailState::waiting, "waiting"},
        {MailState::sent, "sent"},
        {MailState::needless, "needless"},
        {MailState::dead, "dead"},
        {MailState::dropped, "dropped"},
    }};
};

/// "a…@example.com"
inline std::string shortened_address(std::string_view address) {
    const auto at = address.find('@');
    if (at == std::string_view::npos || at == 0) return "…";
    return std::string{address.substr(0, 1)} + "…" + std::string{address.substr(at)};
}

}  // namespace souk
