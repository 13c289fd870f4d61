#pragma once
// Lines of the archive that tells somebody what is known of them, as far as nothing else shows
// them.

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/mail.hpp"
#include "domain/time.hpp"

namespace souk {

/// Who vouches for somebody.
struct ProviderLine {
    std::string issuer;
    std::string subject;  // how the provider calls them
    TimePoint created_at;
};

/// A mail to them.
struct MailLine {
    MailId id;
    MailKind kind{MailKind::registration};
    MailState state{MailState::waiting};
    std::string recipient;
    std::string about;  // an order's id
    TimePoint created_at;
    std::optional<TimePoint> done_at;
};

/// A key that they made.
struct OwnKeyLine {
    ApiKeyId id;
    std::string name;
    std::vector<std::string> scopes;
    TimePoint created_at;
    std::optional<TimePoint> expires_at;
    std::optional<TimePoint> revoked_at;
};

}  // namespace souk
