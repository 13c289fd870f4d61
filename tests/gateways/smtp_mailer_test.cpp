#include "gateways/smtp_mailer.hpp"

#include "tests/gateways/fake_smtp.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

Mail a_mail() {
    Mail mail;
    mail.to = "amal@example.com";
    mail.subject = "A subject";
    mail.text = "text\n";
    mail.html = "<p>text</p>\n";
    mail.id = "mail_1";
    return mail;
}

SmtpOptions options_of(const FakeSmtp& server) {
    SmtpOptions options;
    options.url = server.address();
    options.starttls = false;
    options.from = {"shop@example.com", ""};
    return options;
}

/// What comes of a mail when the server says that to that.
Result<void> sent_when(const std::string& command, const std::string& reply) {
    const FakeSmtp server(FakeSmtp::Replies{{command, reply}});
    return SmtpMailer(options_of(server)).send(a_mail());
}

}  // namespace

TEST_CASE("a mail reaches the server with its envelope, and the connection is kept",
          "[gateways][smtp]") {
    const FakeSmtp server;
    SmtpMailer mailer(options_of(server));
    REQUIRE(mailer.send(a_mail()));
    REQUIRE(mailer.send(a_mail()));
    const auto commands = server.commands();
    CHECK(std::ranges::count(commands, "MAIL FROM:<shop@example.com>") == 2);
    CHECK(std::ranges::count(commands, "RCPT TO:<amal@example.com>") == 2);
    CHECK(server.messages().size() == 2);
    CHECK(server.messages().at(0) == server.messages().at(1));
    CHECK(server.connections() == 1);
}

TEST_CASE("what the server refuses for good is not asked again", "[gateways][smtp]") {
    for (const auto* command : {"MAIL", "RCPT", "DATA", "."}) {
        INFO(command);
        const auto sent = sent_when(command, "550 5.1.1 <amal@example.com> is unknown here");
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == ErrorCode::unprocessable);
        CHECK(sent.error().message.find("550 5.1.1") != std::string::npos);
        CHECK(sent.error().message.find("amal@example.com") == std::string::npos);
    }
}

TEST_CASE("what the server refuses for now is asked again", "[gateways][smtp]") {
    for (const auto* command : {"CONNECT", "MAIL", "RCPT", "DATA", "."}) {
        INFO(command);
        const auto sent = sent_when(command, "451 4.7.1 later");
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == ErrorCode::unavailable);
    }
}

TEST_CASE("a server that takes nobody, or not our password, is no fault of the mail",
          "[gateways][smtp]") {
    CHECK(sent_when("CONNECT", "554 no service").error().code == ErrorCode::unavailable);
    const FakeSmtp server(
        FakeSmtp::Replies{{"EHLO", "250-fake\r\n250 AUTH PLAIN"}, {"AUTH", "535 wrong"}});
    auto options = options_of(server);
    options.user = "souk";
    options.password = "not the one";
    const auto sent = SmtpMailer(options).send(a_mail());
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == ErrorCode::unavailable);
    CHECK(server.messages().empty());
}

TEST_CASE("without TLS nothing is said when it is required", "[gateways][smtp]") {
    const FakeSmtp server;
    auto options = options_of(server);
    options.starttls = true;
    const auto sent = SmtpMailer(options).send(a_mail());
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == ErrorCode::unavailable);
    CHECK(server.messages().empty());
    for (const auto& command : server.commands()) CHECK_FALSE(command.starts_with("MAIL"));
}

TEST_CASE("a server that is gone is asked again, and found when it is back", "[gateways][smtp]") {
    SmtpOptions options;
    {
        const FakeSmtp gone;
        options = options_of(gone);
    }
    CHECK(SmtpMailer(options).send(a_mail()).error().code == ErrorCode::unavailable);
}

TEST_CASE("an address that would write into the envelope is refused before anything is sent",
          "[gateways][smtp]") {
    const FakeSmtp server;
    auto mail = a_mail();
    mail.to = "amal@example.com>\r\nRCPT TO:<other@example.com";
    const auto sent = SmtpMailer(options_of(server)).send(mail);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == ErrorCode::unprocessable);
    CHECK(server.connections() == 0);
}

TEST_CASE("a mailer that is stopping sends no more", "[gateways][smtp]") {
    const FakeSmtp server;
    SmtpMailer mailer(options_of(server));
    mailer.stop();
    CHECK(mailer.send(a_mail()).error().code == ErrorCode::unavailable);
    CHECK(server.connections() == 0);
}
