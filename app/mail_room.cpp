#include "app/mail_room.hpp"

#include <spdlog/spdlog.h>

#include "app/blocking_read.hpp"
#include "app/mail_names.hpp"
#include "app/mail_texts.hpp"
#include "app/order_mail_texts.hpp"
#include "domain/account.hpp"
#include "domain/link_token.hpp"
#include "http/digest.hpp"
#include "persistence/link_token_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/tenant_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

constexpr std::chrono::milliseconds interval{500};
constexpr std::size_t most_in_a_round = 50;
constexpr auto unnamed = "Default";  // as the migration calls the default marketplace
constexpr auto nobody_to_tell = "not for this address, or not now";

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

/// The default marketplace is named when somebody has given it a name, here or in the
/// configuration.
MailSite site_of_tenant(const std::optional<Tenant>& tenant, const MailSite& configured) {
    auto site = configured;
    if (!tenant) return site;
    if (!tenant->site_url.empty()) site.url = tenant->site_url;
    const bool is_named = tenant->id != default_tenant || tenant->name != unnamed;
    if (is_named) site.name = tenant->name;
    return site;
}

}  // namespace

MailRoom::MailRoom(ReadPool& db, Mailer& mailer, const Clock& clock, MailSite site,
                   MailPolicy policy, SupervisorDeeds* deeds)
    : db_(db),
      mailer_(mailer),
      clock_(clock),
      site_(std::move(site)),
      policy_(policy),
      deeds_(deeds) {}

void MailRoom::start() {
    rounds_.start(interval, [this] {
        const auto sent = send_due();
        if (!sent && sent.error().code != ErrorCode::unavailable)
            spdlog::error("mails: {}", sent.error().message);
    });
}

void MailRoom::stop() {
    stopping_ = true;
    rounds_.stop();
}

// One by one, so that no lease runs out while its mail waits for the one before it.
Result<std::size_t> MailRoom::send_due() {
    std::size_t taken = 0;
    while (taken < most_in_a_round && !stopping_) {
        const auto now = clock_.now();
        const auto job = blocking_read(
            db_, [&](Connection& db) { return claim_mail_job(db, now, now + policy_.lease); });
        if (!job) return job.error();
        if (!*job) break;
        ++taken;
        Result<void> sent;
        if (auto kept = deliver(**job, sent); !kept) return kept.error();
        if (!sent && sent.error().code == ErrorCode::unavailable) break;
    }
    return taken;
}

Result<MailSite> MailRoom::site_of(const MailJob& job) const {
    const auto tenant =
        blocking_read(db_, [&](Connection& db) { return find_tenant(db, job.tenant); });
    if (!tenant) return tenant.error();
    return site_of_tenant(*tenant, site_);
}

Result<std::optional<Mail>> MailRoom::written(const MailJob& job) const {
    const auto site = site_of(job);
    if (!site) return site.error();
    return blocking_read(db_, job.tenant, [&](Connection& db) {
        return in_transaction(db, [&](Connection& inner) { return write(inner, job, *site); });
    });
}

Result<std::optional<Mail>> MailRoom::write(Connection& db, const MailJob& job,
                                            const MailSite& site) const {
    auto mail = is_about_an_order(job.kind) ? write_about_order(db, job)
                                            : write_about_account(db, job, site);
    if (mail && *mail) {
        (*mail)->id = to_text(job.id);
        (*mail)->at = job.created_at;
        (*mail)->from_name = site.name;
    }
    return mail;
}

Result<std::optional<Mail>> MailRoom::write_about_order(Connection& db, const MailJob& job) const {
    const auto id = parse_id<OrderId>(job.about);
    if (!id || clock_.now() - job.created_at > policy_.news_for) return std::optional<Mail>{};
    const auto orders = find_orders(db, {{job.tenant, *id}});
    if (!orders) return orders.error();
    if (orders->empty()) return std::optional<Mail>{};
    return order_mail(job.kind, job.recipient, orders->front().second);
}

Result<std::optional<Mail>> MailRoom::write_about_account(Connection& db, const MailJob& job,
                                                          const MailSite& site) const {
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
        return std::optional{known_already_mail(site, user.email)};
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
    return std::optional{is_reset ? reset_mail(site, user.email, *token)
                                  : verification_mail(site, user.email, *token)};
}

Result<void> MailRoom::deliver(const MailJob& job, Result<void>& sent) {
    const auto mail = written(job);
    if (mail && !*mail) return keep_outcome(job, MailState::needless, nobody_to_tell);
    // What cannot be read now is no news of the mail server, and no reason to stop.
    auto outcome = mail ? mailer_.send(**mail) : Result<void>(mail.error());
    if (mail) sent = outcome;
    if (outcome) return keep_outcome(job, MailState::sent, "");
    const auto& failure = outcome.error();
    if (mail && failure.code == ErrorCode::unprocessable)
        return keep_outcome(job, MailState::dead, failure.message);
    if (job.tries >= policy_.retry.ceiling)
        return keep_outcome(job, MailState::dead, failure.message);
    tell(job, "failed to send", failure.message);
    const auto due_at = clock_.now() + longest_wait(policy_.retry, job.tries);
    const auto kept = blocking_read(
        db_, [&](Connection& db) { return postpone_mail_job(db, job, due_at, failure.message); });
    if (!kept) return kept.error();
    return {};
}

Result<void> MailRoom::keep_outcome(const MailJob& job, MailState state,
                                    const std::string& failure) {
    const auto now = clock_.now();
    const auto kept = blocking_read(
        db_, [&](Connection& db) { return finish_mail_job(db, job, now, state, failure); });
    if (!kept) return kept.error();
    if (state == MailState::sent) {
        ++sent_;
        tell(job, "sent", "");
    }
    if (state != MailState::dead) return {};
    ++dead_;
    tell(job, "gave up", failure);
    spdlog::warn("mail {} is a dead letter after {} tries: {}", to_text(job.id), job.tries,
                 failure);
    return {};
}

void MailRoom::tell(const MailJob& job, const char* what, const std::string& failure) const {
    if (deeds_ == nullptr) return;
    auto detail = std::string{to_text(job.kind)};
    if (!job.about.empty()) detail += " " + job.about;
    if (!failure.empty()) detail += ": " + failure;
    deeds_->note({clock_.now(), SupervisorKind::mails, what, to_text(job.id), std::move(detail)});
}

}  // namespace souk
