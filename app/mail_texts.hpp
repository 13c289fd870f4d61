#pragma once
// What mails about accounts say.

#include <string>
#include <string_view>

#include "app/mail_letter.hpp"
#include "gateways/mailer.hpp"

namespace souk {

/// The letter in both its forms.
Mail mail_of(const std::string& to, std::string subject, MailLetter letter);

/// Whose mail it is.
struct MailSite {
    std::string url;     // begins its links
    std::string name{};  // as people call the marketplace; empty: it is not named
};

/// `token` stands behind the link's '#', which browsers send nobody.
Mail verification_mail(const MailSite& site, const std::string& to, std::string_view token);
Mail reset_mail(const MailSite& site, const std::string& to, std::string_view token);
/// To who has an account and registers once more.
Mail known_already_mail(const MailSite& site, const std::string& to);

}  // namespace souk
