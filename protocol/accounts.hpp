#pragma once
// How the HTTP side asks for people: who shows a token, registering, logging in, profiles and
// sessions. `app` implements it; every call answers through its promise, on any thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/account.hpp"
#include "domain/cart.hpp"
#include "domain/session.hpp"
#include "protocol/answer.hpp"

namespace souk {

/// Whom a good access token stands for, as the session and the account are now.
struct SignedIn {
    UserId user;
    SessionId session;
    TenantId tenant{default_tenant};
    Role role{Role::customer};
    std::optional<VendorId> vendor{};  // of a vendor
};

/// From where somebody speaks, by which request, and in which marketplace.
struct Device {
    std::string user_agent;
    std::string address;
    std::string request_id{};
    TenantId tenant{default_tenant};
};

struct Registration {
    TenantId tenant{default_tenant};
    std::string email;
    std::string password;
    std::string first_name;
    std::string last_name;
    std::string phone;
};

struct Credentials {
    TenantId tenant{default_tenant};
    std::string email;
    std::string password;
};

/// What became of the guest's cart that was named at a log-in.
struct CartAtLogIn {
    std::optional<CartId> id;  // the person's own, into which it was merged
    std::optional<Error> refusal;
    std::vector<CartItem> left_out;  // units that the person's cart could not take
};

struct LoggedIn {
    std::string access_token;
    Duration access_lifetime{};
    std::string refresh_token;
    TimePoint refresh_expires_at;
    SessionId session;
    User user;
    std::optional<CartAtLogIn> cart{};  // nothing when none was named
};

struct SessionView {
    Session session;
    bool current{false};
};

class Accounts {
public:
    using Done = Promise<Result<void>>;

    virtual ~Accounts() = default;

    /// Was this token good a moment ago? Cheap: checks nothing.
    virtual bool remembers(const std::string& token) const = 0;
    /// `unauthenticated` without saying what was wrong. Answers at once when it can.
    virtual void authenticate(std::string token, Promise<Result<SignedIn>> found) = 0;

    /// These five are `unavailable` while too many passwords are being checked, and tell nobody
    /// whether an address is known.
    /// `invalid_input` for a password that will not do.
    virtual void sign_up(Registration registration, Done done) = 0;
    /// `unauthenticated` for a wrong address or password, `forbidden` for an account that may not
    /// log in, `rate_limited` while locked out.
    virtual void log_in(Credentials credentials, Device device,
                        Promise<Result<LoggedIn>> tokens) = 0;
    virtual void resend_verification(TenantId tenant, std::string email, Done done) = 0;
    virtual void forgot_password(TenantId tenant, std::string email, Done done) = 0;
    /// `gone` for a link that is not good any more, or is another marketplace's. Ends every
    /// session.
    virtual void reset_password(std::string token, std::string password, Device device,
                                Done done) = 0;

    /// `gone` for a link that is not good any more.
    virtual void verify_email(std::string token, Device device, Done done) = 0;

    /// `unauthenticated` for a token that is good for nothing; one that was exchanged before ends
    /// its session. `conflict` when another request was just quicker.
    virtual void refresh(std::string token, Device device, Promise<Result<LoggedIn>> tokens) = 0;
    /// Ends the session of a refresh token; nothing happens for one that is unknown.
    virtual void log_out(std::string refresh_token, Device device, Done done) = 0;

    virtual void profile(const OfTenant<UserId>& id, Promise<Result<User>> found) = 0;
    /// Refusals: those of change_profile.
    virtual void change_profile(const OfTenant<UserId>& id, ProfileChange change,
                                Promise<Result<User>> changed) = 0;

    /// The open ones, the last used first.
    virtual void sessions(const OfTenant<UserId>& id,
                          Promise<Result<std::vector<Session>>> found) = 0;
    /// `not_found` unless it is an open one of this user.
    virtual void end_session(const OfTenant<UserId>& id, SessionId session, Device device,
                             Done done) = 0;

    /// Public keys to check access tokens with, as JSON.
    virtual std::string public_keys() const = 0;
};

}  // namespace souk
