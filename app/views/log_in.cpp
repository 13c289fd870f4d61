// Logging in, and exchanging refresh tokens.

#include <spdlog/spdlog.h>

#include "app/views/accounts_view.hpp"
#include "app/views/lockout_subjects.hpp"
#include "app/views/security_audit.hpp"
#include "http/digest.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/lockout_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

// Tells a refresh token from other secrets, for people and for scanners of leaked ones.
constexpr std::string_view refresh_prefix = "soukr_";

Error wrong_credentials() {
    return refuse(ErrorCode::unauthenticated, "the e-mail address or the password is wrong");
}

Error no_good_refresh_token() {
    return refuse(ErrorCode::unauthenticated, "the refresh token is not valid: log in again");
}

/// How many failures there are, with this attempt.
Result<std::int64_t> count_attempt(Connection& db, TenantId tenant, const Digest& subject,
                                   const LockoutPolicy& policy, TimePoint now) {
    const auto lockout = lock_lockout(db, tenant, subject);
    if (!lockout) return lockout.error();
    const auto next = begin_attempt(*lockout, policy, now);
    if (!next) return next.error();
    if (auto saved = save_lockout(db, tenant, subject, *next); !saved) return saved.error();
    return next->failures;
}

Result<void> take_back(Connection& db, TenantId tenant, const Digest& subject) {
    const auto lockout = lock_lockout(db, tenant, subject);
    if (!lockout) return lockout.error();
    return save_lockout(db, tenant, subject, take_back_attempt(*lockout));
}

}  // namespace

/// One attempt to log in, on its way.
struct AccountsView::Attempt {
    Credentials credentials;  // with the address normalised
    Device device;
    LockoutSubjects subjects{};
    std::optional<StoredUser> user;
    std::int64_t failures{};  // of the address, if this one fails
};

struct AccountsView::NewSession {
    Session session;
    std::string refresh_token;
    TimePoint refresh_expires_at;
    std::vector<SessionId> ended;  // too many devices
};

struct AccountsView::Exchange {
    RefreshVerdict verdict{RefreshVerdict::ended};
    StoredSession owner;
    std::string refresh_token;  // the next one
    TimePoint refresh_expires_at;
};

// Known and unknown addresses take the same steps: two counters, one look-up, one bcrypt.
void AccountsView::log_in(Credentials credentials, Device device, Tokens tokens) {
    auto email = normalised_email(credentials.email);
    if (!email) return tokens(wrong_credentials());
    credentials.email = std::move(*email);
    auto place = hashing_.enter();
    if (!place) return tokens(place.error());
    const auto tenant = credentials.tenant;
    db_.read(
        tenant,
        [this, credentials = std::move(credentials), device = std::move(device)](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return begin_attempt(inner, credentials, device); });
        },
        [this, place = std::move(*place), tokens](Result<Attempt> attempt) {
            if (!attempt) return tokens(attempt.error());
            check_password(std::move(*attempt), place, tokens);
        });
}

Result<AccountsView::Attempt> AccountsView::begin_attempt(Connection& db,
                                                          const Credentials& credentials,
                                                          const Device& device) const {
    const auto now = clock_.now();
    const auto tenant = credentials.tenant;
    Attempt attempt{
        credentials, device, lockout_subjects(credentials.email, device.address), {}, 0};
    const auto failures =
        count_attempt(db, tenant, attempt.subjects.address, settings_.address_lockout, now);
    if (!failures) return failures.error();
    attempt.failures = *failures;
    if (auto counted =
            count_attempt(db, tenant, attempt.subjects.account, settings_.account_lockout, now);
        !counted)
        return counted.error();
    auto user = find_user(db, tenant, credentials.email);
    if (!user) return user.error();
    attempt.user = std::move(*user);
    return attempt;
}

void AccountsView::check_password(Attempt attempt, HashPool::Place place, Tokens tokens) {
    auto password = attempt.credentials.password;
    // Whose address is not proved has no password yet: whoever registered it, first or later. Who
    // has always come from a provider has none either.
    const bool has_password = attempt.user && !attempt.user->password_hash.empty() &&
                              attempt.user->user.state != AccountState::unverified;
    auto hash = has_password ? std::optional{attempt.user->password_hash} : std::nullopt;
    const auto checked = [this, attempt = std::move(attempt), tokens](Result<bool> right) {
        if (!right) return tokens(right.error());
        if (!*right) return fail(attempt, wrong_credentials(), tokens);
        if (auto allowed = may_log_in(attempt.user->user.state); !allowed)
            return fail(attempt, allowed.error(), tokens);
        open_session(attempt, tokens);
    };
    hashing_.verify(std::move(place), std::move(password), std::move(hash), checked);
}

// Who fails again and again from one address is told of less and less; how often passwords are
// checked at all bounds the rest. The same is done for addresses that nobody knows.
void AccountsView::fail(const Attempt& attempt, Error error, Tokens tokens) {
    if (!is_failure_told(attempt.failures)) return tokens(std::move(error));
    const Doer doer{"guest", "guest", attempt.device.address, attempt.device.request_id,
                    attempt.credentials.tenant};
    const auto target = attempt.user ? target_of(attempt.user->user.id) : "nobody";
    const auto entry = audit_of(AuditId{ids_.next()}, doer,
                                {"auth.login_failed",
                                 target,
                                 {},
                                 {{"failuresFromAddress", std::to_string(attempt.failures)}},
                                 error.message});
    db_.read(
        attempt.credentials.tenant,
        [entry, now = clock_.now()](Connection& db) { return insert_audit(db, entry, now); },
        [error = std::move(error), tokens](Result<void>) { tokens(error); });
}

void AccountsView::open_session(Attempt attempt, Tokens tokens) {
    const auto opened = when_opened(attempt, tokens);
    const auto tenant = attempt.credentials.tenant;
    db_.read(
        tenant,
        [this, attempt = std::move(attempt)](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return insert_new_session(inner, attempt); });
        },
        opened);
}

// Wrong answers count as wrong log-ins do, so that nobody guesses here what may not be guessed
// there.
void AccountsView::prove(const User& user, std::string password, Device device, Done done) {
    auto place = hashing_.enter();
    if (!place) return done(place.error());
    Credentials credentials{user.tenant, user.email, std::move(password)};
    const auto judge = [this, done](const Attempt& attempt, Result<bool> right) {
        if (!right) return done(right.error());
        if (!*right)
            return fail(attempt, refuse(ErrorCode::unauthenticated, "the password is wrong"),
                        Tokens{[done](Result<LoggedIn> failed) { done(failed.error()); }});
        const auto apply = [tenant = attempt.credentials.tenant,
                            subjects = attempt.subjects](Connection& db) -> Result<void> {
            if (auto taken = take_back(db, tenant, subjects.address); !taken) return taken;
            return take_back(db, tenant, subjects.account);
        };
        db_.read([apply](Connection& db) { return in_transaction(db, apply); },
                 [done](Result<void> taken) { done(std::move(taken)); });
    };
    db_.read(
        [this, credentials, device = std::move(device)](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return begin_attempt(inner, credentials, device); });
        },
        [this, place = std::move(*place), judge, done](Result<Attempt> attempt) {
            if (!attempt) return done(attempt.error());
            auto hash = attempt->user ? std::optional{attempt->user->password_hash} : std::nullopt;
            auto given = attempt->credentials.password;
            hashing_.verify(place, std::move(given), std::move(hash),
                            [judge, attempt = std::move(*attempt)](Result<bool> right) {
                                judge(attempt, std::move(right));
                            });
        });
}

std::function<void(Result<AccountsView::NewSession>)> AccountsView::when_opened(Attempt attempt,
                                                                                Tokens tokens) {
    return [this, attempt = std::move(attempt), tokens](Result<NewSession> made) {
        if (!made) return tokens(made.error());
        forget(made->ended);
        const auto& user = attempt.user->user;
        const auto& hash = attempt.user->password_hash;
        const auto& password = attempt.credentials.password;
        if (!password.empty() && hashing_.is_outdated(hash))
            renew_hash({user.tenant, user.id}, hash, password);
        tokens(logged_in(made->session, user, std::move(made->refresh_token),
                         made->refresh_expires_at));
    };
}

Result<void> AccountsView::admit(Connection& db, TenantId tenant,
                                 const std::string& address) const {
    const auto counted = count_attempt(db, tenant, lockout_subjects({}, address).address,
                                       settings_.address_lockout, clock_.now());
    if (!counted) return counted.error();
    return {};
}

void AccountsView::forgive(TenantId tenant, std::string address) {
    const auto apply = [tenant, subject = lockout_subjects({}, address).address](Connection& db) {
        return take_back(db, tenant, subject);
    };
    db_.read(
        tenant, [apply](Connection& db) { return in_transaction(db, apply); }, [](Result<void>) {});
}

void AccountsView::log_in_as(StoredUser user, Device device, Tokens tokens) {
    if (auto allowed = may_log_in(user.user.state); !allowed) return tokens(allowed.error());
    Attempt attempt{{user.user.tenant, user.user.email, {}},
                    device,
                    lockout_subjects(user.user.email, device.address),
                    std::move(user)};
    const auto open = [this, attempt](Connection& db) -> Result<NewSession> {
        const auto counted = count_attempt(db, attempt.credentials.tenant, attempt.subjects.account,
                                           settings_.account_lockout, clock_.now());
        if (!counted) return counted.error();
        return insert_new_session(db, attempt);
    };
    db_.read(
        attempt.credentials.tenant, [open](Connection& db) { return in_transaction(db, open); },
        when_opened(attempt, std::move(tokens)));
}

Result<AccountsView::NewSession> AccountsView::insert_new_session(Connection& db,
                                                                  const Attempt& attempt) const {
    const auto now = clock_.now();
    const auto& policy = settings_.sessions;
    const auto& user = attempt.user->user;
    for (const auto* subject : {&attempt.subjects.address, &attempt.subjects.account})
        if (auto taken = take_back(db, user.tenant, *subject); !taken) return taken.error();
    // What was checked must still hold: the password may have been reset, the account suspended.
    const auto current = lock_user(db, user.id);
    if (!current) return current.error();
    // The same password may have another hash by now: see renew_hash.
    const bool holds = *current && (*current)->password_version == attempt.user->password_version &&
                       may_log_in((*current)->user.state);
    if (!holds) return wrong_credentials();
    NewSession made;
    auto& session = made.session;
    session.id = SessionId{ids_.next()};
    session.user_id = user.id;
    session.tenant = user.tenant;
    session.device = attempt.device.user_agent;
    session.address = attempt.device.address;
    session.created_at = now;
    session.last_used_at = now;
    session.expires_at = now + policy.session_lifetime;
    made.refresh_token = std::string{refresh_prefix} + new_secret();
    made.refresh_expires_at = refresh_expiry(session, policy, now);
    if (auto kept = insert_session(db, session); !kept) return kept.error();
    if (auto kept = insert_refresh_token(db, sha256({made.refresh_token}), session,
                                         made.refresh_expires_at);
        !kept)
        return kept.error();
    auto ended = end_surplus_sessions(db, user.id, policy.max_sessions, now);
    if (!ended) return ended.error();
    made.ended = std::move(*ended);
    const auto doer = doer_of(user, attempt.device.address, attempt.device.request_id);
    const auto entry =
        audit_of(AuditId{ids_.next()}, doer,
                 {"auth.login", target_of(user.id), {}, {{"session", to_text(session.id)}}, ""});
    if (auto kept = insert_audit(db, entry, now); !kept) return kept.error();
    return made;
}

/// After the cost was raised, or lowered: with the next log-in the hash follows. Whoever logged in
/// does not wait for it, and a full pool leaves it for another time.
void AccountsView::renew_hash(OfTenant<UserId> user, std::string before, std::string password) {
    auto place = hashing_.enter();
    if (!place) return;
    hashing_.hash(std::move(*place), std::move(password),
                  [this, user, before = std::move(before)](Result<std::string> after) {
                      if (!after) return;
                      db_.read(
                          user.tenant,
                          [user, before, after = *after](Connection& db) {
                              return replace_hash(db, user.id, before, after);
                          },
                          [](Result<void>) {});
                  });
}

LoggedIn AccountsView::logged_in(const Session& session, const User& user,
                                 std::string refresh_token, TimePoint refresh_expires_at) const {
    const auto now = clock_.now();
    const auto lifetime = settings_.sessions.access_lifetime;
    AccessToken token{user.id,     user.tenant, user.role,     session.id,
                      ids_.next(), now,         now + lifetime};
    return {sign_token(*ring_(), settings_.names, token),
            lifetime,
            std::move(refresh_token),
            refresh_expires_at,
            session.id,
            user};
}

void AccountsView::refresh(std::string token, Device device, Tokens tokens) {
    const auto exchanged = [this, tokens](Result<Exchange> made) {
        if (!made) return tokens(made.error());
        const auto& session = made->owner.session;
        switch (made->verdict) {
            case RefreshVerdict::rotate:
                return tokens(logged_in(session, made->owner.user, made->refresh_token,
                                        made->refresh_expires_at));
            case RefreshVerdict::just_rotated:
                return tokens(refuse(ErrorCode::conflict,
                                     "another request has just exchanged this refresh token"));
            case RefreshVerdict::reused:
                forget({session.id});
                spdlog::warn("a refresh token of {} was used again: the session is ended",
                             to_text(session.id));
                break;
            case RefreshVerdict::ended:
                break;
        }
        tokens(no_good_refresh_token());
    };
    const auto tenant = device.tenant;
    db_.read(
        tenant,
        [this, token = std::move(token), device = std::move(device)](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return exchange(inner, token, device); });
        },
        exchanged);
}

Result<AccountsView::Exchange> AccountsView::exchange(Connection& db, const std::string& token,
                                                      const Device& device) const {
    const auto now = clock_.now();
    const auto& policy = settings_.sessions;
    const auto hash = sha256({token});
    const auto stored = lock_refresh_token(db, device.tenant, hash);
    if (!stored) return stored.error();
    if (!*stored) return no_good_refresh_token();
    Exchange made;
    made.owner = (*stored)->owner;
    auto& session = made.owner.session;
    made.verdict = judge_refresh((*stored)->token, session, made.owner.user.state, policy, now);
    if (made.verdict == RefreshVerdict::reused) {
        const auto ended = souk::end_session(db, session.user_id, session.id, now);
        if (!ended) return ended.error();
        const Doer doer{"guest", "guest", device.address, device.request_id, session.tenant};
        const auto entry = audit_of(AuditId{ids_.next()}, doer,
                                    {"auth.refresh_reused",
                                     target_of(session.user_id),
                                     {},
                                     {{"ended", to_text(session.id)}},
                                     "an exchanged refresh token was shown again"});
        if (auto kept = insert_audit(db, entry, now); !kept) return kept.error();
    }
    if (made.verdict != RefreshVerdict::rotate) return made;
    session.device = device.user_agent;
    session.address = device.address;
    session.last_used_at = now;
    made.refresh_token = std::string{refresh_prefix} + new_secret();
    made.refresh_expires_at = refresh_expiry(session, policy, now);
    if (auto kept = mark_rotated(db, hash, now); !kept) return kept.error();
    if (auto kept = touch_session(db, session); !kept) return kept.error();
    if (auto kept = insert_refresh_token(db, sha256({made.refresh_token}), session,
                                         made.refresh_expires_at);
        !kept)
        return kept.error();
    return made;
}

void AccountsView::log_out(std::string refresh_token, Device device, Done done) {
    const auto tenant = device.tenant;
    const auto apply = [this, hash = sha256({refresh_token}), device = std::move(device),
                        now = clock_.now()](Connection& db) {
        return in_transaction(db, [&](Connection& inner) -> Ended {
            const auto stored = lock_refresh_token(inner, device.tenant, hash);
            if (!stored) return stored.error();
            if (!*stored) return std::vector<SessionId>{};
            const auto& [session, user] = (*stored)->owner;
            auto ended = souk::end_session(inner, session.user_id, session.id, now);
            if (!ended || ended->empty()) return ended;
            const auto doer = doer_of(user, device.address, device.request_id);
            const auto entry =
                audit_of(AuditId{ids_.next()}, doer,
                         {"auth.logout", "session " + to_text(session.id), {}, {}, ""});
            if (auto kept = insert_audit(inner, entry, now); !kept) return kept.error();
            return ended;
        });
    };
    db_.read(tenant, apply, [this, done](Ended ended) { end_with(ended, done); });
}

}  // namespace souk
