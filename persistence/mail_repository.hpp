#pragma once
// Mails to be sent, as jobs that survive whatever happens on the way.

#include <string>
#include <vector>

#include "domain/mail.hpp"
#include "persistence/query.hpp"

namespace souk {

Result<void> insert_mail_job(Connection& db, const MailJob& job);
/// Takes up to `limit` that are due, which are due again at `lease_until`: by then the taker has
/// sent them, or has died. Each is counted as tried.
Result<std::vector<MailJob>> claim_mail_jobs(Connection& db, TimePoint now, TimePoint lease_until,
                                             std::int64_t limit);
/// `failure` says why it was not sent; empty when it was.
Result<void> finish_mail_job(Connection& db, MailId id, TimePoint now, const std::string& failure);
Result<void> postpone_mail_job(Connection& db, MailId id, TimePoint due_at,
                               const std::string& failure);
/// How many of the job's kind its recipient was sent since, this one not among them.
Result<std::int64_t> count_mails_sent(Connection& db, const MailJob& job, TimePoint since);
/// Deletes up to `limit` that were done before, or that nobody took up since; tells how many.
Result<std::int64_t> purge_mail_jobs(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
