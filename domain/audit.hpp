#pragma once
// Who did what to what, from where, and why: a row that is written once, in the commit of its
// effect where there is one, and never changed. Rows are chained by their hashes, see audit_text.

#include <cstdint>
#include <string>

#include "domain/ids.hpp"
#include "domain/time.hpp"

namespace souk {

/// What operators do on the console, and what concerns people, keys and roles.
enum class AuditKind { operation, security };

/// Whoever does something: from where, and by which request.
struct Doer {
    std::string actor;       // the id of the API key or of the user
    std::string actor_name;  // as the key is called, or the user's role
    std::string address;
    std::string request_id;
    TenantId tenant{default_tenant};
};

struct AuditEntry {
    AuditId id;
    std::string actor;       // the id of the API key or of the user
    std::string actor_name;  // as the key is called, or the user's role
    std::string action;      // "actors.passivate"
    std::string target;      // "stock var_…:vend_…"; empty: the server
    std::string reason;
    std::string request_id;
    std::int64_t touched{};
    std::string before;  // JSON
    std::string after;   // JSON
    std::string address;
    TenantId tenant{default_tenant};
    AuditKind kind{AuditKind::operation};
};

/// Of what an entry tells of people beyond their ids: of each part a digest over a secret salt and
/// the text, in hex. Without the salt and the text it tells nobody anything.
struct PersonalDigests {
    std::string address;
    std::string reason;
};

/// All of an entry as one text, of which no two entries have the same: what its hash is of. Its
/// personal parts stand there as their digests, so that they can be erased without breaking the
/// chain.
std::string audit_text(const AuditEntry& entry, TimePoint at, const PersonalDigests& digests);
/// With the personal parts themselves, as the chain had them at first.
std::string first_audit_text(const AuditEntry& entry, TimePoint at);

/// Is the n-th failure in a row to be told? The first few, then each time there are twice as many,
/// so that guessing does not fill the audit.
bool is_failure_told(std::int64_t failures);

}  // namespace souk
