#pragma once
// Sends the mails that are due, on a thread of its own. Only here is it found out whether an
// address is known: whoever asked for a mail has had the same answer either way. Tokens are made
// here too; they leave in the mail and are kept as hashes.

#include <optional>
#include <string>

#include "app/views/periodic.hpp"
#include "domain/mail.hpp"
#include "gateways/mailer.hpp"
#include "persistence/read_pool.hpp"

namespace souk {

class MailRoom {
public:
    /// All must outlive it. `site` begins the links in mails.
    MailRoom(ReadPool& db, Mailer& mailer, const Clock& clock, std::string site,
             MailPolicy policy = {});

    void start();
    void stop() { rounds_.stop(); }
    /// Sends what is due now; how many jobs were taken up.
    Result<std::size_t> send_due();

private:
    /// Nothing when nobody is to be told.
    Result<std::optional<Mail>> write(Connection& db, const MailJob& job) const;
    Result<void> deliver(const MailJob& job);

    ReadPool& db_;
    Mailer& mailer_;
    const Clock& clock_;
    const std::string site_;
    const MailPolicy policy_;
    Periodic rounds_;
};

}  // namespace souk
