#pragma once
// What mails about accounts say.

#include <string>
#include <string_view>

#include "app/mail_letter.hpp"
#include "gateways/mailer.hpp"

namespace souk {

/// The letter in both its forms.
Mail mail_of(const std::string& to, std::string subject, MailLetter letter);

/// `site` begins the link; `token` stands behind its '#', which browsers send nobody.
Mail verification_mail(std::string_view site, const std::string& to, std::string_view token);
Mail reset_mail(std::string_view site, const std::string& to, std::string_view token);
/// To who has an account and registers once more.
Mail known_already_mail(std::string_view site, const std::string& to);

}  // namespace souk
