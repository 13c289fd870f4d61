#pragma once
// Mails to be sent, as jobs that survive whatever happens on the way.

#include <optional>
#include <string>
#include <vector>

#include "domain/mail.hpp"
#include "persistence/query.hpp"

namespace souk {

Result<void> insert_mail_job(Connection& db, const MailJob& job);
/// To the buyer of an order that exists, whose address is read here; a job with that id that is
/// there already stays as it is. Whether there is one more now.
Result<bool> insert_order_mail(Connection& db, const MailJob& job, OrderId order);
/// The one that is due for longest. It is due again at `lease_until`: by then its taker has sent
/// it, or has died. It is counted as tried.
Result<std::optional<MailJob>> claim_mail_job(Connection& db, TimePoint now, TimePoint lease_until);
/// The end of a job, and why when it was not sent. False, and nothing done, when another has taken
/// it up since; so is it below.
Result<bool> finish_mail_job(Connection& db, const MailJob& job, TimePoint now, MailState state,
                             const std::string& failure);
Result<bool> postpone_mail_job(Connection& db, const MailJob& job, TimePoint due_at,
                               const std::string& failure);
/// How many of the job's kind its recipient was sent since, this one not among them.
Result<std::int64_t> count_mails_sent(Connection& db, const MailJob& job, TimePoint since);

struct MailCounts {
    std::int64_t waiting{};  // those that failed and are tried again among them
    std::int64_t retrying{};
    std::int64_t dead{};
};
Result<MailCounts> count_mail_jobs(Connection& db);

struct StoredMail {
    MailJob job;
    std::optional<TimePoint> done_at;
    std::string failure;
    MailState state{MailState::waiting};
};
/// Newest first.
Result<std::vector<StoredMail>> find_dead_mails(Connection& db, std::int64_t limit);
Result<std::optional<StoredMail>> find_mail(Connection& db, MailId id);
/// A dead one is due again, with all its tries before it. False when it is not dead.
Result<bool> retry_dead_mail(Connection& db, MailId id, TimePoint now);
Result<bool> drop_dead_mail(Connection& db, MailId id);

/// Deletes up to `limit` that were done before, or that nobody took up since; tells how many.
Result<std::int64_t> purge_mail_jobs(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
