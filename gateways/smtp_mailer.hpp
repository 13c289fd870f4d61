#pragma once
// Hands mails to a mail server by SMTP (RFC 5321) with libcurl. What the server says of a mail and
// means for good is told from what is wrong with the server, the way to it, or our log-in.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "gateways/mail_message.hpp"

namespace souk {

struct SmtpOptions {
    std::string url;      // smtp://host:port or smtps://host:port
    bool starttls{true};  // with smtp://: no mail without it
    std::string user;     // empty: none
    std::string password;
    std::string ca_file;  // PEM; empty: the system's
    MailSender from;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds total_timeout{20'000};
};

class SmtpMailer final : public Mailer {
public:
    explicit SmtpMailer(SmtpOptions options);
    ~SmtpMailer() override;

    /// The connection is kept for the next. A mail whose acceptance was not heard of is
    /// `unavailable`: repeated, it has the same Message-ID.
    Result<void> send(const Mail& mail) override;
    /// Ends what is under way within a second, and lets nothing begin.
    void stop() { stopping_ = true; }
    bool stopping() const { return stopping_; }

private:
    using Handle = std::unique_ptr<void, void (*)(void*)>;

    const SmtpOptions options_;
    std::mutex mutex_;
    Handle handle_;
    std::atomic<bool> stopping_{false};
};

}  // namespace souk
