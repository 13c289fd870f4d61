#include "protocol/inventory_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::string variant_stock_json(const VariantStock& stock) { return write_json(stock); }

std::string seller_stock_json(const StockView& stock) { return write_json(stock); }

std::string reservation_json(const Reservation& reservation) {
    return write_json(reservation, 128);
}

std::string movements_json(MovementPage page, const PageQuery& query) {
    const CursorPagination pagination{{query.page, query.limit, page.total},
                                      std::move(page.next_cursor)};
    return write_json(CursorPage<MovementRow>{std::move(page.rows), pagination}, 4096);
}

std::string low_stock_json(LowStockPage page, const PageQuery& query) {
    const Pagination pagination{query.page, query.limit, page.total};
    return write_json(Page<LowStockRow>{std::move(page.rows), pagination}, 4096);
}

}  // namespace souk
