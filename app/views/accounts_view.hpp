#pragma once
// Accounts over PostgreSQL, the hash pool and the signing keys. Questions and changes run on a pool
// of connections of their own, see docs/decisions/0015-account-writes.md; who shows a token is
// mostly known without asking anybody.

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/views/timed_cache.hpp"
#include "domain/lockout.hpp"
#include "domain/mail.hpp"
#include "domain/session.hpp"
#include "persistence/read_pool.hpp"
#include "persistence/session_repository.hpp"
#include "protocol/accounts.hpp"
#include "security/access_token.hpp"
#include "security/hash_pool.hpp"

namespace souk {

struct AccountSettings {
    SessionPolicy sessions;
    LockoutPolicy account_lockout;  // of one account as tried from one address
    LockoutPolicy address_lockout{100, {}, std::chrono::hours{24}, std::chrono::minutes{5}};
    TokenNames names;
};

/// The keys of now.
using RingSource = std::function<std::shared_ptr<const KeyRing>()>;

class AccountsView final : public Accounts {
public:
    /// All must outlive it.
    AccountsView(ReadPool& db, HashPool& hashing, RingSource ring, const Clock& clock,
                 IdSource& ids, AccountSettings settings);

    bool remembers(const std::string& token) const override;
    void authenticate(std::string token, Promise<Result<SignedIn>> found) override;

    void sign_up(Registration registration, Done done) override;
    void resend_verification(TenantId tenant, std::string email, Done done) override;
    void forgot_password(TenantId tenant, std::string email, Done done) override;
    void verify_email(std::string token, Device device, Done done) override;
    void reset_password(std::string token, std::string password, Device device, Done done) override;

    void log_in(Credentials credentials, Device device, Promise<Result<LoggedIn>> tokens) override;
    void refresh(std::string token, Device device, Promise<Result<LoggedIn>> tokens) override;
    void log_out(std::string refresh_token, Device device, Done done) override;

    /// For who proves it by other means than a password. Counts an attempt from this address, in
    /// the caller's transaction: `rate_limited` while it is locked out. Logging in takes it back.
    Result<void> admit(Connection& db, TenantId tenant, const std::string& address) const;
    /// Takes it back when nobody is to blame.
    void forgive(TenantId tenant, std::string address);
    /// A session for whom it has been proved to be; refused as with the right password.
    void log_in_as(StoredUser user, Device device, Promise<Result<LoggedIn>> tokens);

    /// Is it the password of whoever has logged in? `unauthenticated` when not, which counts as a
    /// failed log-in does.
    void prove(const User& user, std::string password, Device device, Done done);

    void profile(const OfTenant<UserId>& id, Promise<Result<User>> found) override;
    void change_profile(const OfTenant<UserId>& id, ProfileChange change,
                        Promise<Result<User>> changed) override;
    void sessions(const OfTenant<UserId>& id, Promise<Result<std::vector<Session>>> found) override;
    void end_session(const OfTenant<UserId>& id, SessionId session, Device device,
                     Done done) override;

    std::string public_keys() const override;

    /// Sessions that this server is not to believe in any longer, or not as they were.
    void forget(const std::vector<SessionId>& ended);

private:
    using Tokens = Promise<Result<LoggedIn>>;
    using Ended = Result<std::vector<SessionId>>;
    struct Attempt;
    struct NewSession;
    struct Exchange;

    std::optional<AccessToken> token_of(const std::string& text);
    Result<SignedIn> signed_in(const AccessToken& token,
                               const std::optional<StoredSession>& stored) const;
    void end_with(const Ended& ended, const Done& done);

    void ask_for_mail(TenantId tenant, const std::string& email, MailKind kind, Done done);
    void check_password(Attempt attempt, HashPool::Place place, Tokens tokens);
    /// Answers with the error once the failure is in the audit, if it is to be told.
    void fail(const Attempt& attempt, Error error, Tokens tokens);
    void open_session(Attempt attempt, Tokens tokens);
    std::function<void(Result<NewSession>)> when_opened(Attempt attempt, Tokens tokens);
    void renew_hash(OfTenant<UserId> user, std::string before, std::string password);
    Result<Attempt> begin_attempt(Connection& db, const Credentials& credentials,
                                  const Device& device) const;
    Result<NewSession> insert_new_session(Connection& db, const Attempt& attempt) const;
    Result<Exchange> exchange(Connection& db, const std::string& token, const Device& device) const;
    LoggedIn logged_in(const Session& session, const User& user, std::string refresh_token,
                       TimePoint refresh_expires_at) const;

    ReadPool& db_;
    HashPool& hashing_;
    const RingSource ring_;
    const Clock& clock_;
    IdSource& ids_;
    const AccountSettings settings_;
    mutable TimedCache<std::string, AccessToken> verified_;
    TimedCache<SessionId, std::optional<StoredSession>> known_;
    std::atomic<std::uint64_t> ends_{0};  // how often sessions have ended
};

}  // namespace souk
