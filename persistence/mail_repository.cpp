#include "persistence/mail_repository.hpp"

namespace souk {
namespace {

constexpr auto insert = R"(
    INSERT INTO mail_jobs (id, tenant_id, kind, recipient, password_hash, created_at, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6))";

constexpr auto claim = R"(
    UPDATE mail_jobs SET due_at = $2, tries = tries + 1
    WHERE id IN (
        SELECT id FROM mail_jobs WHERE done_at IS NULL AND due_at <= $1
        ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING id, tenant_id, kind, recipient, password_hash, created_at, tries)";

constexpr auto finish = R"(
    UPDATE mail_jobs SET done_at = $2, failure = $3, password_hash = NULL WHERE id = $1)";

constexpr auto postpone = R"(
    UPDATE mail_jobs SET due_at = $2, failure = $3 WHERE id = $1)";

constexpr auto count_sent = R"(
    SELECT count(*) FROM mail_jobs
    WHERE tenant_id = $1 AND recipient = $2 AND kind = $3 AND done_at >= $4 AND id <> $5
      AND failure = '')";

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
    job.recipient = columns.next<std::string>();
    job.password_hash = columns.next<std::optional<std::string>>();
    job.created_at = columns.next<TimePoint>();
    job.tries = columns.next<std::int64_t>();
    return job;
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

}  // namespace

Result<void> insert_mail_job(Connection& db, const MailJob& job) {
    return done(query(db, insert, job.id, job.tenant, job.kind, job.recipient, job.password_hash,
                      job.created_at));
}

Result<std::vector<MailJob>> claim_mail_jobs(Connection& db, TimePoint now, TimePoint lease_until,
                                             std::int64_t limit) {
    return map_rows(query(db, claim, now, lease_until, limit), job_from);
}

Result<void> finish_mail_job(Connection& db, MailId id, TimePoint now, const std::string& failure) {
    return done(query(db, finish, id, now, failure));
}

Result<void> postpone_mail_job(Connection& db, MailId id, TimePoint due_at,
                               const std::string& failure) {
    return done(query(db, postpone, id, due_at, failure));
}

Result<std::int64_t> count_mails_sent(Connection& db, const MailJob& job, TimePoint since) {
    const auto rows = query(db, count_sent, job.tenant, job.recipient, job.kind, since, job.id);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::int64_t> purge_mail_jobs(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_old, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
