#include "app/mail_texts.hpp"

namespace souk {
namespace {

std::string link_to(const MailSite& of, std::string_view page, std::string_view token) {
    std::string_view site = of.url;
    while (site.ends_with('/')) site.remove_suffix(1);
    std::string link{site};
    link.append("/#/").append(page);
    if (!token.empty()) link.append("/").append(token);
    return link;
}

std::string subject_of(const MailSite& site, std::string text) {
    return site.name.empty() ? text : site.name + ": " + text;
}

}  // namespace

Mail mail_of(const std::string& to, std::string subject, MailLetter letter) {
    Mail mail;
    mail.to = to;
    mail.text = letter.text();
    mail.html = letter.html(subject);
    mail.subject = std::move(subject);
    return mail;
}

Mail verification_mail(const MailSite& site, const std::string& to, std::string_view token) {
    MailLetter letter;
    letter.paragraph(site.name.empty() ? "Welcome!" : "Welcome to " + site.name + "!")
        .paragraph("Follow this link within a day to open your account:")
        .link(link_to(site, "verify-email", token))
        .paragraph(
            "If it was not you who registered, do nothing: without the link there is no account.");
    return mail_of(to, subject_of(site, "Verify your e-mail address"), std::move(letter));
}

Mail reset_mail(const MailSite& site, const std::string& to, std::string_view token) {
    MailLetter letter;
    letter.paragraph("Follow this link within an hour to choose another password:")
        .link(link_to(site, "reset-password", token))
        .paragraph(
            "All your devices are logged out then. If it was not you who asked, do nothing: your "
            "password stays as it is.");
    return mail_of(to, subject_of(site, "Choose another password"), std::move(letter));
}

Mail known_already_mail(const MailSite& site, const std::string& to) {
    MailLetter letter;
    letter
        .paragraph(
            "Somebody registered with your e-mail address, for which there is an account already.")
        .paragraph(
            "If it was you, log in. If you do not know your password any more, ask for another "
            "one:")
        .link(link_to(site, "forgot-password", {}));
    return mail_of(to, subject_of(site, "You have an account already"), std::move(letter));
}

}  // namespace souk
