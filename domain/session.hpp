#pragma once
// A session is one device that somebody logged in with: a family of refresh tokens, each good for
// one exchange. Whoever shows one that was exchanged already has stolen it, or was stolen from.

#include <cstdint>
#include <optional>
#include <string>

#include "domain/account.hpp"
#include "domain/ids.hpp"
#include "domain/time.hpp"

namespace souk {

struct SessionPolicy {
    Duration access_lifetime{std::chrono::minutes{15}};
    Duration refresh_lifetime{std::chrono::days{7}};   // anew with every exchange
    Duration session_lifetime{std::chrono::days{90}};  // in all
    Duration leeway{std::chrono::seconds{10}};         // two exchanges at once are no theft
    std::int64_t max_sessions{20};                     // of one user; the oldest give way
};

struct Session {
    SessionId id;
    UserId user_id;
    TenantId tenant{default_tenant};
    std::string device;   // as its User-Agent says
    std::string address;  // where it was last seen
    TimePoint created_at;
    TimePoint last_used_at;
    TimePoint expires_at;
    std::optional<TimePoint> ended_at;
};

bool is_open(const Session& session, TimePoint now);

struct RefreshToken {
    TimePoint expires_at;
    std::optional<TimePoint> rotated_at;  // exchanged for the next one
};

enum class RefreshVerdict {
    rotate,        // give the next one
    just_rotated,  // another request was quicker: it has the next one
    reused,        // end the whole session
    ended,         // nothing to exchange any more
};

RefreshVerdict judge_refresh(const RefreshToken& token, const Session& session, AccountState state,
                             const SessionPolicy& policy, TimePoint now);

/// When the next refresh token of a session ends: never after the session itself.
TimePoint refresh_expiry(const Session& session, const SessionPolicy& policy, TimePoint now);

}  // namespace souk
