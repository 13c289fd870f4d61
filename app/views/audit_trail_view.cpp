#include "app/views/audit_trail_view.hpp"

#include "app/views/audit_page.hpp"
#include "app/views/cursor.hpp"

namespace souk {
namespace {

constexpr std::int64_t most_counted = 10'000;

}  // namespace

void AuditTrailView::list(AuditFind find, Promise<Result<AuditPage>> page) {
    std::optional<std::int64_t> before;
    if (!find.cursor.empty()) {
        before = sequence_of(find.cursor);
        if (!before) return page(refuse(ErrorCode::invalid_input, "cursor", "is not a cursor"));
    }
    AuditFilter filter;
    const auto tenant = find.tenant;
    filter.tenant = tenant;
    if (find.operations_only) filter.kind = AuditKind::operation;
    filter.actor = std::move(find.actor);
    filter.action = std::move(find.action);
    filter.target = std::move(find.target);
    filter.request_id = std::move(find.request_id);
    filter.from = find.from;
    filter.to = find.to;
    reads_.read(
        tenant,
        [filter = std::move(filter), limit = find.limit,
         before](Connection& db) -> Result<AuditPage> {
            auto list = find_audit(db, filter, limit, before);
            if (!list) return list.error();
            auto found = page_of(std::move(*list));
            const auto total = count_audit(db, filter, most_counted);
            if (!total) return total.error();
            found.total = *total;
            return found;
        },
        [page](Result<AuditPage> found) { page(std::move(found)); });
}

}  // namespace souk
