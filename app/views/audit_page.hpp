#pragma once
// Rows of the audit as a page of it.

#include "persistence/audit_repository.hpp"
#include "protocol/console.hpp"

namespace souk {

inline AuditPage page_of(AuditList list) {
    AuditPage page;
    if (!list.rows.empty()) page.newest = list.rows.front().sequence;
    if (list.more) page.next_cursor = std::to_string(list.rows.back().sequence);
    for (auto& row : list.rows) page.rows.push_back({std::move(row.entry), row.at});
    return page;
}

}  // namespace souk
