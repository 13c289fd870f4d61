// Accounts by mail: registering, verifying an address, another password.

#include "app/views/accounts_view.hpp"
#include "app/views/security_audit.hpp"
#include "domain/link_token.hpp"
#include "http/digest.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/link_token_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"

namespace souk {
namespace {

Error bad_field(std::string field, std::string problem) {
    return refuse(ErrorCode::invalid_input, std::move(field), std::move(problem));
}

Result<StoredUser> user_of(const Result<std::optional<StoredUser>>& found) {
    if (!found) return found.error();
    if (!*found) return refuse(ErrorCode::gone, "the account is gone");
    return **found;
}

/// A link that is good, and whose it is.
struct Redeemed {
    StoredLink link;
    User user;
};

Result<StoredLink> good_link(const Result<std::optional<StoredLink>>& found, LinkPurpose purpose,
                             TimePoint now) {
    if (!found) return found.error();
    const auto link = *found ? std::optional{(*found)->link} : std::nullopt;
    if (auto redeemed = may_redeem(link, purpose, now); !redeemed) return redeemed.error();
    return **found;
}

/// `gone` when the link is not good any more. A user's links are used under the user's lock, so
/// that two of them at once wait for each other in one order.
Result<Redeemed> redeem(Connection& db, const TenantId& tenant, const Digest& hash,
                        LinkPurpose purpose, TimePoint now) {
    const auto first_look = good_link(find_link(db, tenant, hash), purpose, now);
    if (!first_look) return first_look.error();
    const auto stored = user_of(lock_user(db, first_look->link.user_id));
    if (!stored) return stored.error();
    const auto link = good_link(lock_link(db, tenant, hash), purpose, now);
    if (!link) return link.error();
    return Redeemed{*link, stored->user};
}

/// The next state of a user whose address has been proved.
Result<void> save_verified(Connection& db, User user, TimePoint now) {
    const auto state = after(user.state, AccountMove::verify);
    if (!state) return state.error();
    if (*state == user.state) return {};
    user.state = *state;
    ++user.version;
    user.updated_at = now;
    return save_user(db, user);
}

/// What was done to an account by its link, for the audit.
struct LinkUse {
    AuditId id;
    Device device;
    TimePoint at;
};

Result<void> keep_audit(Connection& db, const LinkUse& use, const User& user, std::string action) {
    const auto doer = doer_of(user, use.device.address, use.device.request_id);
    return insert_audit(
        db, audit_of(use.id, doer, {std::move(action), target_of(user.id), {}, {}, ""}), use.at);
}

/// The password that came with the registration whose link was followed comes into force: whoever
/// else registered with the address before has no way in.
Result<bool> verify(Connection& db, const Digest& hash, const LinkUse& use) {
    const auto now = use.at;
    const auto redeemed = redeem(db, use.device.tenant, hash, LinkPurpose::verify_email, now);
    if (!redeemed) return redeemed.error();
    const auto& [link, user] = *redeemed;
    if (link.password_hash && user.state == AccountState::unverified) {
        const auto set = save_password(db, user.id, *link.password_hash, now);
        if (!set) return set.error();
    }
    if (auto saved = save_verified(db, user, now); !saved) return saved.error();
    if (auto used = use_links(db, user.id, LinkPurpose::verify_email, now); !used)
        return used.error();
    if (auto kept = keep_audit(db, use, user, "auth.email_verified"); !kept) return kept.error();
    return true;
}

/// Tells which sessions have ended with the old password.
Result<std::vector<SessionId>> reset(Connection& db, const Digest& token,
                                     const std::string& password_hash, const LinkUse& use) {
    const auto now = use.at;
    const auto redeemed = redeem(db, use.device.tenant, token, LinkPurpose::reset_password, now);
    if (!redeemed) return redeemed.error();
    const auto& user = redeemed->user;
    if (auto set = save_password(db, user.id, password_hash, now); !set) return set.error();
    // The mail has reached its address.
    if (auto saved = save_verified(db, user, now); !saved) return saved.error();
    for (const auto purpose : {LinkPurpose::reset_password, LinkPurpose::verify_email})
        if (auto used = use_links(db, user.id, purpose, now); !used) return used.error();
    if (auto kept = keep_audit(db, use, user, "auth.password_reset"); !kept) return kept.error();
    return end_sessions(db, user.id, now);
}

}  // namespace

// Whether the address is known decides nothing here: the same work is done and the same is
// answered. The mail room finds out.
void AccountsView::sign_up(Registration registration, Done done) {
    const auto email = normalised_email(registration.email);
    if (!email) return done(bad_field("email", "must be an e-mail address"));
    if (auto problem = password_problem(registration.password, *email))
        return done(bad_field("password", std::move(*problem)));
    auto place = hashing_.enter();
    if (!place) return done(place.error());
    StoredUser stored;
    auto& user = stored.user;
    const auto now = clock_.now();
    user.id = UserId{ids_.next()};
    user.tenant = registration.tenant;
    user.email = *email;
    user.first_name = std::move(registration.first_name);
    user.last_name = std::move(registration.last_name);
    user.phone = std::move(registration.phone);
    user.created_at = now;
    user.updated_at = now;
    MailJob job{MailId{ids_.next()}, user.tenant, MailKind::registration, *email, {}, now};
    const auto keep = [this, stored = std::move(stored), job = std::move(job),
                       done](Result<std::string> hash) mutable {
        if (!hash) return done(hash.error());
        stored.password_hash = *hash;
        job.password_hash = *hash;
        const auto tenant = job.tenant;
        db_.read(
            tenant,
            [stored = std::move(stored), job = std::move(job)](Connection& db) {
                return in_transaction(db, [&](Connection& inner) -> Result<void> {
                    if (auto kept = insert_user(inner, stored); !kept) return kept;
                    return insert_mail_job(inner, job);
                });
            },
            [done](Result<void> kept) { done(kept); });
    };
    hashing_.hash(std::move(*place), std::move(registration.password), keep);
}

void AccountsView::resend_verification(TenantId tenant, std::string email, Done done) {
    ask_for_mail(tenant, email, MailKind::verification, std::move(done));
}

void AccountsView::forgot_password(TenantId tenant, std::string email, Done done) {
    ask_for_mail(tenant, email, MailKind::password_reset, std::move(done));
}

void AccountsView::ask_for_mail(TenantId tenant, const std::string& email, MailKind kind,
                                Done done) {
    const auto recipient = normalised_email(email);
    if (!recipient) return done(bad_field("email", "must be an e-mail address"));
    MailJob job{MailId{ids_.next()}, tenant, kind, *recipient, {}, clock_.now()};
    db_.read(
        tenant, [job = std::move(job)](Connection& db) { return insert_mail_job(db, job); },
        [done](Result<void> kept) { done(kept); });
}

void AccountsView::verify_email(std::string token, Device device, Done done) {
    const LinkUse use{AuditId{ids_.next()}, std::move(device), clock_.now()};
    const auto apply = [hash = sha256({token}), use](Connection& db) {
        return in_transaction(db, [&](Connection& inner) { return verify(inner, hash, use); });
    };
    db_.read(use.device.tenant, apply, [done](Result<bool> verified) {
        done(verified ? Result<void>{} : Result<void>{verified.error()});
    });
}

// A link is looked at before anything is hashed: guessing links buys no work.
void AccountsView::reset_password(std::string token, std::string password, Device device,
                                  Done done) {
    auto place = hashing_.enter();
    if (!place) return done(place.error());
    const auto hash = sha256({token});
    const auto now = clock_.now();
    const auto tenant = device.tenant;
    const auto look = [tenant, hash, now](Connection& db) -> Result<std::string> {
        const auto link = good_link(find_link(db, tenant, hash), LinkPurpose::reset_password, now);
        if (!link) return link.error();
        const auto stored = user_of(find_user(db, link->link.user_id));
        if (!stored) return stored.error();
        return stored->user.email;
    };
    const auto keep = [this, hash, device, done](Result<std::string> password_hash) {
        if (!password_hash) return done(password_hash.error());
        const LinkUse use{AuditId{ids_.next()}, device, clock_.now()};
        const auto apply = [hash, password_hash = *password_hash, use](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return reset(inner, hash, password_hash, use); });
        };
        db_.read(device.tenant, apply, [this, done](Ended ended) { end_with(ended, done); });
    };
    const auto found = [this, place = std::move(*place), password = std::move(password), keep,
                        done](Result<std::string> email) {
        if (!email) return done(email.error());
        if (auto problem = password_problem(password, *email))
            return done(bad_field("password", std::move(*problem)));
        hashing_.hash(place, password, keep);
    };
    db_.read(tenant, look, found);
}

}  // namespace souk
