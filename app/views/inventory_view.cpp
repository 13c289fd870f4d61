#include "app/views/inventory_view.hpp"

#include "app/views/cursor.hpp"
#include "persistence/movement_repository.hpp"
#include "persistence/stock_repository.hpp"

namespace souk {
namespace {

MovementPage page_of(MovementList list) {
    MovementPage page;
    page.total = list.total;
    for (auto& row : list.rows)
        page.rows.push_back({std::move(row.movement), row.balance, row.sequence, row.at});
    if (list.more) page.next_cursor = std::to_string(page.rows.back().sequence);
    return page;
}

LowStockPage page_of(LowStockList list) {
    LowStockPage page;
    page.total = list.total;
    for (auto& line : list.lines)
        page.rows.push_back(
            {line.stock, line.product_id, std::move(line.sku), std::move(line.name)});
    return page;
}

}  // namespace

void InventoryView::movements(const OfTenant<StockKey>& key, PageQuery query,
                              Promise<Result<MovementPage>> page) {
    std::optional<std::int64_t> before;
    auto offset = (query.page - 1) * query.limit;
    if (!query.cursor.empty()) {
        before = sequence_of(query.cursor);
        offset = 0;
        if (!before) return page(refuse(ErrorCode::invalid_input, "cursor", "is not a cursor"));
    }
    reads_.read(
        key.tenant,
        [key, limit = query.limit, offset, before](Connection& db) {
            return find_movements(db, key, limit, offset, before);
        },
        [page](Result<MovementList> list) {
            if (!list)
                page(list.error());
            else
                page(page_of(std::move(*list)));
        });
}

void InventoryView::low_stock(const TenantId& tenant, std::optional<VendorId> vendor,
                              PageQuery query, Promise<Result<LowStockPage>> page) {
    reads_.read(
        tenant,
        [tenant, vendor, limit = query.limit, offset = (query.page - 1) * query.limit](
            Connection& db) { return find_low_stock(db, tenant, vendor, limit, offset); },
        [page](Result<LowStockList> list) {
            if (!list)
                page(list.error());
            else
                page(page_of(std::move(*list)));
        });
}

}  // namespace souk
