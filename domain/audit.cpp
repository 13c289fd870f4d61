#include "domain/audit.hpp"

#include <string_view>

namespace souk {
namespace {

/// Each part behind its length, so that none runs into the next.
void add(std::string& text, std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

std::string text_with(const AuditEntry& entry, TimePoint at, const std::string& address,
                      const std::string& reason) {
    std::string text;
    for (const auto& part :
         {to_hex(entry.id.uuid), to_hex(entry.tenant.uuid),
          std::to_string(at.time_since_epoch().count()),
          std::to_string(static_cast<int>(entry.kind)), std::to_string(entry.touched)})
        add(text, part);
    for (const auto* part :
         {&entry.actor, &entry.actor_name, &address, &entry.action, &entry.target, &reason,
          &entry.request_id, &entry.before, &entry.after})
        add(text, *part);
    return text;
}

}  // namespace

std::string audit_text(const AuditEntry& entry, TimePoint at, const PersonalDigests& digests) {
    return text_with(entry, at, digests.address, digests.reason);
}

std::string first_audit_text(const AuditEntry& entry, TimePoint at) {
    return text_with(entry, at, entry.address, entry.reason);
}

bool is_failure_told(std::int64_t failures) {
    constexpr std::int64_t few = 5;
    return failures <= few || (failures & (failures - 1)) == 0;
}

}  // namespace souk
