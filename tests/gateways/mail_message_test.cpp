#include "gateways/mail_message.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

Mail a_mail() {
    Mail mail;
    mail.to = "amal@example.com";
    mail.subject = "A subject";
    mail.text = "first\nsecond\n";
    mail.html = "<p>first</p>\n";
    mail.id = "mail_1";
    mail.at = TimePoint{std::chrono::microseconds{1'768'471'205'000'000}};
    return mail;
}

std::string message_of(const Mail& mail, const MailSender& sender = {"shop@example.com", ""}) {
    const auto message = mail_message(mail, sender);
    REQUIRE(message);
    return *message;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& message) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (auto end = message.find("\r\n"); end != std::string::npos;
         begin = end + 2, end = message.find("\r\n", begin))
        lines.push_back(message.substr(begin, end - begin));
    CHECK(begin == message.size());
    return lines;
}

}  // namespace

TEST_CASE("a message has its headers and both its forms", "[gateways][mail_message]") {
    CHECK(message_of(a_mail(), {"shop@example.com", "The shop"}) ==
          "Date: Thu, 15 Jan 2026 10:00:05 +0000\r\n"
          "From: \"The shop\" <shop@example.com>\r\n"
          "To: amal@example.com\r\n"
          "Subject: A subject\r\n"
          "Message-ID: <mail_1@example.com>\r\n"
          "Auto-Submitted: auto-generated\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: multipart/alternative;\r\n boundary=\"=_mail_1\"\r\n"
          "\r\n"
          "--=_mail_1\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n"
          "\r\n"
          "first\r\nsecond\r\n"
          "\r\n"
          "--=_mail_1\r\n"
          "Content-Type: text/html; charset=utf-8\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n"
          "\r\n"
          "<p>first</p>\r\n"
          "\r\n"
          "--=_mail_1--\r\n");
}

TEST_CASE("no line is longer than mail allows, and none is more than ASCII",
          "[gateways][mail_message]") {
    auto mail = a_mail();
    for (int i = 0; i < 40; ++i) {
        mail.subject += " žluťoučký 🛒";
        mail.text += "a=b žluťoučký kůň 🛒 ";
    }
    mail.html = mail.text;
    const auto message = message_of(mail, {"shop@example.com", "Kůň \"& Co\""});
    for (const auto& line : lines_of(message)) CHECK(line.size() <= 76);
    CHECK(std::ranges::all_of(message, [](char c) { return static_cast<signed char>(c) >= 0; }));
    CHECK(contains(message, "From: =?UTF-8?B?S8WvxYggIiYgQ28i?= <shop@example.com>\r\n"));
    CHECK(contains(message, "a=3Db =C5=BElu=C5=A5ou=C4=8Dk=C3=BD"));
}

TEST_CASE("a subject is not broken within a character", "[gateways][mail_message]") {
    auto mail = a_mail();
    mail.subject = std::string(38, 'a') + "žž";
    CHECK(contains(message_of(mail), "Subject: =?UTF-8?B?" + std::string("YWFh")));
    CHECK(contains(message_of(mail), "?=\r\n =?UTF-8?B?xb7Fvg==?=\r\n"));
}

TEST_CASE("nothing in a mail becomes a header of it", "[gateways][mail_message]") {
    auto mail = a_mail();
    mail.subject = "Hello\r\nBcc: everyone@example.com";
    mail.text = ".\r\n--=_mail_1--\r\nBcc: everyone@example.com\r\n";
    const auto message = message_of(mail, {"shop@example.com", "x\r\nBcc: a@example.com"});
    for (const auto& line : lines_of(message.substr(0, message.find("\r\n\r\n") + 2)))
        CHECK_FALSE(line.starts_with("Bcc"));
    CHECK(contains(message, "\r\n=2E\r\n--=3D_mail_1--\r\n"));

    for (const auto* to : {"amal@example.com\r\nBcc: b@example.com", "a b@example.com", "amal", "@",
                           "a@", "<a@example.com>", "a@example.com,b@example.com", "a@b@c", ""}) {
        INFO(to);
        mail.to = to;
        const auto refused = mail_message(mail, {"shop@example.com", ""});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::unprocessable);
    }
}

TEST_CASE("a mail without HTML is of one part", "[gateways][mail_message]") {
    auto mail = a_mail();
    mail.html.clear();
    CHECK(contains(message_of(mail), "MIME-Version: 1.0\r\nContent-Type: text/plain"));
}
