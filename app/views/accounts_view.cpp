#include "app/views/accounts_view.hpp"

#include "app/views/security_audit.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "protocol/token_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

constexpr std::chrono::minutes keep_verified{1};
constexpr std::chrono::seconds keep_known{
    30};  // so long another server may believe in an ended one
constexpr std::size_t max_remembered = 20'000;
constexpr std::int64_t max_listed = 100;

Error no_such_user() { return refuse(ErrorCode::not_found, "no such user"); }

Error not_valid() { return refuse(ErrorCode::unauthenticated, "the credentials are not valid"); }

}  // namespace

AccountsView::AccountsView(ReadPool& db, HashPool& hashing, RingSource ring, const Clock& clock,
                           IdSource& ids, AccountSettings settings)
    : db_(db),
      hashing_(hashing),
      ring_(std::move(ring)),
      clock_(clock),
      ids_(ids),
      settings_(std::move(settings)),
      verified_(clock, keep_verified, max_remembered),
      known_(clock, keep_known, max_remembered) {}

bool AccountsView::remembers(const std::string& token) const {
    return verified_.find(token).has_value();
}

void AccountsView::authenticate(std::string text, Promise<Result<SignedIn>> found) {
    const auto token = token_of(text);
    if (!token) return found(not_valid());
    if (const auto known = known_.find(token->session)) return found(signed_in(*token, *known));
    db_.read(
        token->tenant, [id = token->session](Connection& db) { return find_session(db, id); },
        [this, token = *token, found,
         ends = ends_.load()](Result<std::optional<StoredSession>> stored) {
            if (!stored) return found(stored.error());
            known_.put(token.session, *stored);
            if (ends_ != ends) known_.drop(token.session);  // it may have ended since
            found(signed_in(token, *stored));
        });
}

std::optional<AccessToken> AccountsView::token_of(const std::string& text) {
    auto token = verified_.find(text);
    if (!token) {
        token = verify_token(*ring_(), settings_.names, text);
        if (token) verified_.put(text, *token);
    }
    if (token && !is_current(*token, clock_.now())) return std::nullopt;
    return token;
}

// The role is that of now, not of when the token was made.
Result<SignedIn> AccountsView::signed_in(const AccessToken& token,
                                         const std::optional<StoredSession>& stored) const {
    const bool good = stored && is_open(stored->session, clock_.now()) &&
                      stored->user.id == token.user && stored->user.tenant == token.tenant &&
                      may_log_in(stored->user.state);
    if (!good) return not_valid();
    return SignedIn{token.user, token.session, token.tenant, stored->user.role,
                    stored->user.vendor_id};
}

void AccountsView::forget(const std::vector<SessionId>& ended) {
    ++ends_;
    for (const auto& id : ended) known_.drop(id);
}

void AccountsView::end_with(const Ended& ended, const Done& done) {
    if (!ended) return done(ended.error());
    forget(*ended);
    done({});
}

void AccountsView::profile(const OfTenant<UserId>& id, Promise<Result<User>> found) {
    db_.read(
        id.tenant,
        [id = id.id](Connection& db) -> Result<User> {
            const auto stored = find_user(db, id);
            if (!stored) return stored.error();
            if (!*stored) return no_such_user();
            return (*stored)->user;
        },
        [found](Result<User> user) { found(std::move(user)); });
}

void AccountsView::change_profile(const OfTenant<UserId>& id, ProfileChange change,
                                  Promise<Result<User>> changed) {
    const auto now = clock_.now();
    const auto apply = [id = id.id, change = std::move(change),
                        now](Connection& db) -> Result<User> {
        const auto stored = lock_user(db, id);
        if (!stored) return stored.error();
        if (!*stored) return no_such_user();
        auto next = souk::change_profile((*stored)->user, change, now);
        if (!next || next->version == (*stored)->user.version) return next;
        if (auto saved = save_user(db, *next); !saved) return saved.error();
        return next;
    };
    db_.read(
        id.tenant, [apply](Connection& db) { return in_transaction(db, apply); },
        [changed](Result<User> user) { changed(std::move(user)); });
}

void AccountsView::sessions(const OfTenant<UserId>& id,
                            Promise<Result<std::vector<Session>>> found) {
    db_.read(
        id.tenant,
        [id = id.id, now = clock_.now()](Connection& db) {
            return find_sessions(db, id, now, max_listed);
        },
        [found](Result<std::vector<Session>> list) { found(std::move(list)); });
}

void AccountsView::end_session(const OfTenant<UserId>& id, SessionId session, Device device,
                               Done done) {
    const auto apply = [this, id = id.id, session, device = std::move(device),
                        now = clock_.now()](Connection& db) -> Ended {
        const auto stored = lock_user(db, id);
        if (!stored) return stored.error();
        if (!*stored) return no_such_user();
        auto ended = souk::end_session(db, id, session, now);
        if (!ended || ended->empty()) return ended;
        const auto doer = doer_of((*stored)->user, device.address, device.request_id);
        const auto entry = audit_of(AuditId{ids_.next()}, doer,
                                    {"auth.logout", "session " + to_text(session), {}, {}, ""});
        if (auto kept = insert_audit(db, entry, now); !kept) return kept.error();
        return ended;
    };
    db_.read(
        id.tenant, [apply](Connection& db) { return in_transaction(db, apply); },
        [this, done](Ended ended) {
            if (ended && ended->empty())
                return done(refuse(ErrorCode::not_found, "no such session"));
            end_with(ended, done);
        });
}

std::string AccountsView::public_keys() const { return write_json(ring_()->public_keys()); }

}  // namespace souk
