#include "app/mail_room.hpp"

#include <spdlog/spdlog.h>

#include "app/blocking_read.hpp"
#include "app/mail_texts.hpp"
#include "domain/account.hpp"
#include "domain/link_token.hpp"
#include "http/digest.hpp"
#include "persistence/link_token_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

constexpr std::chrono::milliseconds interval{500};
constexpr std::int64_t at_once = 50;

/// The token of a new link.
Result<std::string> new_link(Connection& db, const User& user, LinkPurpose purpose,
                             std::optional<std::string> password_hash, TimePoint now) {
    auto token = new_secret();
    StoredLink stored;
    stored.link.user_id = user.id;
    stored.link.purpose = purpose;
    stored.link.expires_at = now + lifetime_of(purpose);
    stored.tenant = user.tenant;
    stored.password_hash = std::move(password_hash);
    if (auto kept = insert_link(db, sha256({token}), stored); !kept) return kept.error();
    return token;
}

}  // namespace

MailRoom::MailRoom(ReadPool& db, Mailer& mailer, const Clock& clock, std::string site,
                   MailPolicy policy)
    : db_(db), mailer_(mailer), clock_(clock), site_(std::move(site)), policy_(policy) {}

void MailRoom::start() {
    rounds_.start(interval, [this] {
        const auto sent = send_due();
        if (!sent && sent.error().code != ErrorCode::unavailable)
            spdlog::error("mails: {}", sent.error().message);
    });
}

Result<std::size_t> MailRoom::send_due() {
    const auto now = clock_.now();
    const auto jobs = blocking_read(db_, [&](Connection& db) {
        return claim_mail_jobs(db, now, now + policy_.lease, at_once);
    });
    if (!jobs) return jobs.error();
    for (const auto& job : *jobs)
        if (auto delivered = deliver(job); !delivered) return delivered.error();
    return jobs->size();
}

Result<std::optional<Mail>> MailRoom::write(Connection& db, const MailJob& job) const {
    const auto now = clock_.now();
    const auto sent = count_mails_sent(db, job, now - policy_.per_recipient_within);
    if (!sent) return sent.error();
    if (*sent >= policy_.per_recipient) return std::optional<Mail>{};
    const auto found = find_user(db, job.tenant, job.recipient);
    if (!found) return found.error();
    if (!*found) return std::optional<Mail>{};
    const auto& user = (*found)->user;
    const bool is_unverified = user.state == AccountState::unverified;
    if (job.kind == MailKind::registration && !is_unverified)
        return std::optional{known_already_mail(site_, user.email)};
    if (job.kind == MailKind::verification && !is_unverified) return std::optional<Mail>{};
    // The password of a registration comes into force with its link only when nobody else has
    // registered the address: all others choose one behind theirs.
    const bool is_reset =
        job.kind != MailKind::registration || job.password_hash != (*found)->password_hash;
    if (is_reset && is_unverified)
        if (auto voided = use_links(db, user.id, LinkPurpose::verify_email, now); !voided)
            return voided.error();
    const auto purpose = is_reset ? LinkPurpose::reset_password : LinkPurpose::verify_email;
    const auto token =
        new_link(db, user, purpose, is_reset ? std::nullopt : job.password_hash, now);
    if (!token) return token.error();
    return std::optional{is_reset ? reset_mail(site_, user.email, *token)
                                  : verification_mail(site_, user.email, *token)};
}

Result<void> MailRoom::deliver(const MailJob& job) {
    const auto mail = blocking_read(db_, [&](Connection& db) {
        return in_transaction(db, [&](Connection& inner) { return write(inner, job); });
    });
    if (!mail) return mail.error();  // taken up again when its lease is over
    const auto sent = *mail ? mailer_.send(**mail) : Result<void>{};
    const auto now = clock_.now();
    return blocking_read(db_, [&](Connection& db) {
        if (!*mail) return finish_mail_job(db, job.id, now, "not for this address, or not now");
        if (sent) return finish_mail_job(db, job.id, now, "");
        if (job.tries >= policy_.retry.ceiling)
            return finish_mail_job(db, job.id, now, sent.error().message);
        const auto wait = longest_wait(policy_.retry, job.tries);
        return postpone_mail_job(db, job.id, now + wait, sent.error().message);
    });
}

}  // namespace souk
