#pragma once
// A mail as it travels: headers by RFC 5322, text and HTML as multipart/alternative, both in
// quoted-printable. Whatever is in a mail, nothing of it becomes a header.

#include <string>
#include <string_view>

#include "gateways/mailer.hpp"

namespace souk {

struct MailSender {
    std::string address;
    std::string name;  // empty: none
};

/// True for an address that can stand in an envelope as it is: printable ASCII, one '@' with
/// something on both sides, no space, bracket, quote or comma.
bool is_plain_address(std::string_view address);

/// `unprocessable` when an address cannot be written. Lines end in CRLF.
Result<std::string> mail_message(const Mail& mail, const MailSender& sender);

}  // namespace souk
