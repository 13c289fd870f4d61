#include "protocol/console_action_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::string state_json(const std::vector<StateField>& state) { return write_json(state); }

std::string audit_json(AuditPage page, std::int64_t limit) {
    const CursorPagination pagination{{1, limit, page.total}, std::move(page.next_cursor)};
    return write_json(CursorPage<AuditRow>{std::move(page.rows), pagination}, 4096);
}

std::string audit_rows_json(const std::vector<AuditRow>& rows) { return write_json(rows, 4096); }

}  // namespace souk
