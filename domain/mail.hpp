#pragma once
// Mails that are to be sent: what they are about is kept, what they say is made when they leave, so
// that no token of theirs is ever stored.

#include <optional>
#include <string>

#include "domain/ids.hpp"
#include "domain/retry.hpp"
#include "domain/time.hpp"

namespace souk {

enum class MailKind {
    registration,
    verification,
    password_reset,
    order_confirmed,
    order_cancelled,
    order_refunded,
};

/// A dead one was refused for good or tried too often: an operator retries or drops it.
enum class MailState { waiting, sent, needless, dead, dropped };

struct MailJob {
    MailId id;
    TenantId tenant{default_tenant};
    MailKind kind{MailKind::registration};
    std::string recipient;
    std::optional<std::string> password_hash;  // of the registration
    TimePoint created_at;
    std::int64_t tries{};
    std::string about{};  // the order's id
};

struct MailPolicy {
    RetryPolicy retry{std::chrono::seconds{10}, std::chrono::hours{1}, 12};
    Duration lease{std::chrono::minutes{2}};  // nobody else takes a job up meanwhile
    std::int64_t per_recipient{5};            // of one kind about an account
    Duration per_recipient_within{std::chrono::hours{1}};
    Duration news_for{std::chrono::days{3}};  // older ones about orders are nobody's news any more
};

inline bool is_about_an_order(MailKind kind) { return kind >= MailKind::order_confirmed; }

}  // namespace souk
