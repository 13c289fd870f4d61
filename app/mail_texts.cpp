#include "app/mail_texts.hpp"

namespace souk {
namespace {

std::string link_to(std::string_view site, std::string_view page, std::string_view token) {
    while (site.ends_with('/')) site.remove_suffix(1);
    std::string link{site};
    link.append("/#/").append(page);
    if (!token.empty()) link.append("/").append(token);
    return link;
}

}  // namespace

Mail verification_mail(std::string_view site, const std::string& to, std::string_view token) {
    return {to, "Verify your e-mail address",
            "Welcome!\n\nFollow this link within a day to open your account:\n\n" +
                link_to(site, "verify-email", token) +
                "\n\nIf it was not you who registered, do nothing: without the link there is no "
                "account.\n"};
}

Mail reset_mail(std::string_view site, const std::string& to, std::string_view token) {
    return {to, "Choose another password",
            "Follow this link within an hour to choose another password:\n\n" +
                link_to(site, "reset-password", token) +
                "\n\nAll your devices are logged out then. If it was not you who asked, do "
                "nothing: your password stays as it is.\n"};
}

Mail known_already_mail(std::string_view site, const std::string& to) {
    return {to, "You have an account already",
            "Somebody registered with your e-mail address, for which there is an account "
            "already.\n\nIf it was you, log in. If you do not know your password any more, ask "
            "for another one:\n\n" +
                link_to(site, "forgot-password", {}) + "\n"};
}

}  // namespace souk
