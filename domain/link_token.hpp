#pragma once
// What a link in a mail stands for: one purpose, one use, a time to live.

#include <optional>

#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

enum class LinkPurpose { verify_email, reset_password };

Duration lifetime_of(LinkPurpose purpose);

struct LinkToken {
    UserId user_id;
    LinkPurpose purpose{LinkPurpose::verify_email};
    TimePoint expires_at;
    std::optional<TimePoint> used_at;
};

/// `gone`, in the same words whatever is wrong with it: also for one that never was.
Result<void> may_redeem(const std::optional<LinkToken>& token, LinkPurpose purpose, TimePoint now);

}  // namespace souk
