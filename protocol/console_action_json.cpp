#include "protocol/console_action_json.hpp"

#include "protocol/json.hpp"
#include "protocol/write_json.hpp"

namespace souk {

std::string state_json(const std::vector<StateField>& state) { return write_json(state); }

std::vector<StateField> read_state(std::string_view json) {
    std::vector<StateField> state;
    const auto document = JsonDocument::parse(json);
    if (!document) return state;
    const auto fields = document->root();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto field = fields.item(i);  // {name, value}, as state_json wrote it
        state.push_back(
            {std::string{field.member(0).as_string()}, std::string{field.member(1).as_string()}});
    }
    return state;
}

std::string audit_json(AuditPage page, std::int64_t limit) {
    const CursorPagination pagination{{1, limit, page.total}, std::move(page.next_cursor)};
    return write_json(CursorPage<AuditRow>{std::move(page.rows), pagination}, 4096);
}

std::string audit_rows_json(const std::vector<AuditRow>& rows) { return write_json(rows, 4096); }

}  // namespace souk
