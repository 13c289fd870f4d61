#include "domain/session.hpp"

#include <algorithm>

namespace souk {

bool is_open(const Session& session, TimePoint now) {
    return !session.ended_at && now < session.expires_at;
}

RefreshVerdict judge_refresh(const RefreshToken& token, const Session& session, AccountState state,
                             const SessionPolicy& policy, TimePoint now) {
    if (!is_open(session, now) || !may_log_in(state)) return RefreshVerdict::ended;
    if (token.rotated_at) {
        const bool at_once = now - *token.rotated_at < policy.leeway;
        return at_once ? RefreshVerdict::just_rotated : RefreshVerdict::reused;
    }
    return now < token.expires_at ? RefreshVerdict::rotate : RefreshVerdict::ended;
}

TimePoint refresh_expiry(const Session& session, const SessionPolicy& policy, TimePoint now) {
    return std::min(now + policy.refresh_lifetime, session.expires_at);
}

}  // namespace souk
