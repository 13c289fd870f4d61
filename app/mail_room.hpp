#pragma once
// Sends the mails that are due, on a thread of its own. Only here is it found out whether an
// address is known: whoever asked for a mail has had the same answer either way. Tokens are made
// here too; they leave in the mail and are kept as hashes. No mail holds another back: what fails
// waits by itself, and in the end is a dead letter.

#include <atomic>
#include <optional>
#include <string>

#include "actors/supervisor_deeds.hpp"
#include "app/mail_texts.hpp"
#include "app/views/periodic.hpp"
#include "domain/mail.hpp"
#include "gateways/mailer.hpp"
#include "persistence/read_pool.hpp"

namespace souk {

struct MailFigures {
    std::int64_t sent{};
    std::int64_t dead{};  // given up
};

class MailRoom {
public:
    /// All must outlive it, `deeds` too if there are any. `site` is for marketplaces that have none
    /// of their own, and its name for the default one.
    MailRoom(ReadPool& db, Mailer& mailer, const Clock& clock, MailSite site,
             MailPolicy policy = {}, SupervisorDeeds* deeds = nullptr);

    void start();
    void stop();
    /// Sends what is due now; how many jobs were taken up. Ends early when the mail server does not
    /// answer: the others' tries are not to be spent on that.
    Result<std::size_t> send_due();
    MailFigures figures() const { return {sent_, dead_}; }

private:
    /// Nothing when nobody is to be told.
    Result<std::optional<Mail>> write(Connection& db, const MailJob& job,
                                      const MailSite& site) const;
    Result<std::optional<Mail>> write_about_order(Connection& db, const MailJob& job) const;
    Result<std::optional<Mail>> write_about_account(Connection& db, const MailJob& job,
                                                    const MailSite& site) const;
    /// As its marketplace is called and reached now.
    Result<MailSite> site_of(const MailJob& job) const;
    /// Reads as its marketplace alone.
    Result<std::optional<Mail>> written(const MailJob& job) const;
    /// What became of the attempt; the result is of the rows alone.
    Result<void> deliver(const MailJob& job, Result<void>& sent);
    Result<void> keep_outcome(const MailJob& job, MailState state, const std::string& failure);

    ReadPool& db_;
    Mailer& mailer_;
    const Clock& clock_;
    const MailSite site_;
    const MailPolicy policy_;
    SupervisorDeeds* const deeds_;
    /// For operators.
    void tell(const MailJob& job, const char* what, const std::string& failure) const;

    std::atomic<bool> stopping_{false};
    std::atomic<std::int64_t> sent_{0};
    std::atomic<std::int64_t> dead_{0};
    Periodic rounds_;
};

}  // namespace souk
