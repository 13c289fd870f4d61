#include "persistence/mail_repository.hpp"

#include "persistence/sealed_columns.hpp"

namespace souk {

using namespace sealed_column;

namespace {

constexpr auto insert = R"(
    INSERT INTO mail_jobs (id, tenant_id, kind, recipient, password_hash, about, created_at, due_at,
                           recipient_index)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
    ON CONFLICT (id) DO NOTHING)";

constexpr auto select_buyer = R"(
    SELECT tenant_id, customer_email FROM orders WHERE id = $1 AND customer_email <> '')";

constexpr auto claim = R"(
    UPDATE mail_jobs SET due_at = $2, tries = tries + 1
    WHERE id = (
        SELECT id FROM mail_jobs WHERE done_at IS NULL AND due_at <= $1
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, tenant_id, kind, recipient, password_hash, created_at, tries, about)";

// Only by who took it up last: a lease that has run out was another's since. What may be retried
// keeps its password.
constexpr auto finish = R"(
    UPDATE mail_jobs
    SET done_at = $3, state = $4::smallint, failure = $5,
        password_hash = CASE WHEN $4::smallint = 3 THEN password_hash END
    WHERE id = $1 AND tries = $2 AND done_at IS NULL)";

constexpr auto postpone = R"(
    UPDATE mail_jobs SET due_at = $3, failure = $4
    WHERE id = $1 AND tries = $2 AND done_at IS NULL)";

constexpr auto count_sent = R"(
    SELECT count(*) FROM mail_jobs
    WHERE tenant_id = $1 AND recipient_index = ANY($2) AND kind = $3 AND done_at >= $4 AND id <> $5
      AND state = 1)";

constexpr auto count_jobs = R"(
    SELECT (SELECT count(*) FROM mail_jobs WHERE done_at IS NULL),
           (SELECT count(*) FROM mail_jobs WHERE done_at IS NULL AND tries > 0 AND failure <> ''),
           (SELECT count(*) FROM mail_jobs WHERE state = 3))";

constexpr auto select_dead = R"(
    SELECT id, tenant_id, kind, recipient, about, created_at, tries, done_at, failure, state
    FROM mail_jobs WHERE state = 3 ORDER BY done_at DESC LIMIT $1)";

constexpr auto select_one = R"(
    SELECT id, tenant_id, kind, recipient, about, created_at, tries, done_at, failure, state
    FROM mail_jobs WHERE id = $1)";

constexpr auto retry_dead = R"(
    UPDATE mail_jobs SET done_at = NULL, state = 0, tries = 0, due_at = $2
    WHERE id = $1 AND state = 3)";

constexpr auto drop_dead = R"(
    UPDATE mail_jobs SET state = 4, password_hash = NULL WHERE id = $1 AND state = 3)";

constexpr auto delete_old = R"(
    DELETE FROM mail_jobs
    WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM mail_jobs WHERE done_at < $1 OR (done_at IS NULL AND due_at < $1)
        LIMIT $2)))";

MailJob job_from(Row row) {
    Columns columns(row);
    MailJob job;
    job.id = columns.next<MailId>();
    job.tenant = columns.next<TenantId>();
    job.kind = columns.next<MailKind>();
    job.recipient = PersonalRow(columns.personal(), job.tenant, job.id)
                        .open(mail_recipient, columns.next<std::string>());
    job.password_hash = columns.next<std::optional<std::string>>();
    job.created_at = columns.next<TimePoint>();
    job.tries = columns.next<std::int64_t>();
    job.about = columns.next<std::string>();
    return job;
}

StoredMail stored_from(Row row) {
    Columns columns(row);
    StoredMail mail;
    mail.job.id = columns.next<MailId>();
    mail.job.tenant = columns.next<TenantId>();
    mail.job.kind = columns.next<MailKind>();
    const PersonalRow personal(columns.personal(), mail.job.tenant, mail.job.id);
    mail.job.recipient = personal.open(mail_recipient, columns.next<std::string>());
    mail.job.about = columns.next<std::string>();
    mail.job.created_at = columns.next<TimePoint>();
    mail.job.tries = columns.next<std::int64_t>();
    mail.done_at = columns.next<std::optional<TimePoint>>();
    mail.failure = personal.open(mail_failure, columns.next<std::string>());
    mail.state = columns.next<MailState>();
    return mail;
}

Result<bool> touched(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return rows->affected() > 0;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

Result<Rows> put(Connection& db, const MailJob& job) {
    const auto& cipher = db.personal();
    return query(db, insert, job.id, job.tenant, job.kind,
                 PersonalRow(cipher, job.tenant, job.id).seal(mail_recipient, job.recipient),
                 job.password_hash, job.about, job.created_at,
                 cipher.index(mail_recipient, job.tenant, job.recipient));
}

/// What a mail server says may name whom it does not know.
std::string sealed_failure(const Connection& db, const MailJob& job, const std::string& failure) {
    return PersonalRow(db.personal(), job.tenant, job.id).seal(mail_failure, failure);
}

}  // namespace

Result<void> insert_mail_job(Connection& db, const MailJob& job) { return done(put(db, job)); }

Result<bool> insert_order_mail(Connection& db, const MailJob& job, OrderId order) {
    const auto rows = query(db, select_buyer, order);
    if (!rows) return rows.error();
    if (rows->empty()) return false;
    Columns columns(rows->front());
    const PersonalRow buyer(columns.personal(), columns.next<TenantId>(), order);
    auto addressed = job;
    addressed.recipient = buyer.open(order_email, columns.next<std::string>());
    addressed.about = to_text(order);
    return touched(put(db, addressed));
}

Result<std::optional<MailJob>> claim_mail_job(Connection& db, TimePoint now,
                                              TimePoint lease_until) {
    auto jobs = map_rows(query(db, claim, now, lease_until), job_from);
    if (!jobs) return jobs.error();
    if (jobs->empty()) return std::optional<MailJob>{};
    return std::optional{std::move(jobs->front())};
}

Result<bool> finish_mail_job(Connection& db, const MailJob& job, TimePoint now, MailState state,
                             const std::string& failure) {
    return touched(
        query(db, finish, job.id, job.tries, now, state, sealed_failure(db, job, failure)));
}

Result<bool> postpone_mail_job(Connection& db, const MailJob& job, TimePoint due_at,
                               const std::string& failure) {
    return touched(
        query(db, postpone, job.id, job.tries, due_at, sealed_failure(db, job, failure)));
}

Result<std::int64_t> count_mails_sent(Connection& db, const MailJob& job, TimePoint since) {
    const auto rows = query(db, count_sent, job.tenant,
                            db.personal().indexes(mail_recipient, job.tenant, job.recipient),
                            job.kind, since, job.id);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<MailCounts> count_mail_jobs(Connection& db) {
    const auto rows = query(db, count_jobs);
    if (!rows) return rows.error();
    const auto row = rows->front();
    return MailCounts{row.get<std::int64_t>(0), row.get<std::int64_t>(1), row.get<std::int64_t>(2)};
}

Result<std::vector<StoredMail>> find_dead_mails(Connection& db, std::int64_t limit) {
    return map_rows(query(db, select_dead, limit), stored_from);
}

Result<std::optional<StoredMail>> find_mail(Connection& db, MailId id) {
    auto mails = map_rows(query(db, select_one, id), stored_from);
    if (!mails) return mails.error();
    if (mails->empty()) return std::optional<StoredMail>{};
    return std::optional{std::move(mails->front())};
}

Result<bool> retry_dead_mail(Connection& db, MailId id, TimePoint now) {
    return touched(query(db, retry_dead, id, now));
}

Result<bool> drop_dead_mail(Connection& db, MailId id) { return touched(query(db, drop_dead, id)); }

Result<std::int64_t> purge_mail_jobs(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_old, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
