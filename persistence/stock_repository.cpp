#include "persistence/stock_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_stocks = R"(
    SELECT s.tenant_id, s.variant_id, s.seller_id, s.on_hand, s.reserved, s.low_stock_threshold,
           s.version, r.id, r.quantity, r.expires_at, r.cart_id, r.order_id
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS wanted(tenant_id, variant_id, seller_id)
    JOIN stock s ON s.variant_id = wanted.variant_id AND s.seller_id = wanted.seller_id
                AND s.tenant_id = wanted.tenant_id
    LEFT JOIN reservations r
           ON r.variant_id = s.variant_id AND r.seller_id = s.seller_id AND r.state = 0
    ORDER BY s.variant_id, s.seller_id)";

constexpr auto select_views = R"(
    SELECT s.variant_id, s.seller_id, s.on_hand, s.reserved, s.low_stock_threshold, s.version
    FROM unnest($2::uuid[], $3::uuid[]) AS wanted(variant_id, seller_id)
    JOIN stock s ON s.variant_id = wanted.variant_id AND s.seller_id = wanted.seller_id
                AND s.tenant_id = $1)";

constexpr auto select_low = R"(
    SELECT s.variant_id, s.seller_id, s.on_hand, s.reserved, s.low_stock_threshold, s.version,
           p.id, v.sku, p.name || ' ' || v.name
    FROM stock s
    JOIN product_variants v ON v.id = s.variant_id
    JOIN products p ON p.id = v.product_id
    WHERE s.tenant_id = $1
      AND s.on_hand - s.reserved <= s.low_stock_threshold
      AND ($2::uuid IS NULL OR s.seller_id = $2)
    ORDER BY s.on_hand - s.reserved, s.variant_id, s.seller_id
    LIMIT $3 OFFSET $4)";

constexpr auto count_low = R"(
    SELECT count(*)
    FROM stock s
    JOIN product_variants v ON v.id = s.variant_id
    WHERE s.tenant_id = $1
      AND s.on_hand - s.reserved <= s.low_stock_threshold
      AND ($2::uuid IS NULL OR s.seller_id = $2))";

struct KeyArrays {
    std::vector<VariantId> variants;
    std::vector<VendorId> sellers;

    void add(const StockKey& key) {
        variants.push_back(key.variant);
        sellers.push_back(key.seller);
    }
};

StockView view_from(Columns& columns) {
    StockView view;
    view.key.variant = columns.next<VariantId>();
    view.key.seller = columns.next<VendorId>();
    view.on_hand = columns.next<std::int64_t>();
    view.reserved = columns.next<std::int64_t>();
    view.low_stock_threshold = columns.next<std::int64_t>();
    view.version = columns.next<Version>();
    return view;
}

Stock stock_of(const StockView& view) {
    return {.key = view.key,
            .on_hand = view.on_hand,
            .reserved = view.reserved,
            .low_stock_threshold = view.low_stock_threshold,
            .version = view.version,
            .open = {}};
}

ReservationLine line_from(Columns& columns, const StockKey& key) {
    ReservationLine line;
    line.id = columns.next<ReservationId>();
    line.key = key;
    line.quantity = columns.next<std::int64_t>();
    line.expires_at = columns.next<TimePoint>();
    line.cart_id = columns.next<std::optional<CartId>>();
    line.order_id = columns.next<std::optional<OrderId>>();
    return line;
}

LowStockLine low_from(Row row) {
    Columns columns(row);
    LowStockLine line;
    line.stock = view_from(columns);
    line.product_id = columns.next<ProductId>();
    line.sku = columns.next<std::string>();
    line.name = columns.next<std::string>();
    return line;
}

}  // namespace

Result<Found<StockKey, Stock>> find_stocks(Connection& db,
                                           const std::vector<OfTenant<StockKey>>& keys) {
    std::vector<TenantId> tenants;
    KeyArrays wanted;
    for (const auto& [tenant, key] : keys) {
        tenants.push_back(tenant);
        wanted.add(key);
    }
    const auto rows = query(db, select_stocks, tenants, wanted.variants, wanted.sellers);
    if (!rows) return rows.error();
    Found<StockKey, Stock> stocks;
    for (const auto row : *rows) {
        Columns columns(row);
        const auto tenant = columns.next<TenantId>();
        const auto view = view_from(columns);
        const OfTenant<StockKey> key{tenant, view.key};
        if (stocks.empty() || stocks.back().first != key) stocks.emplace_back(key, stock_of(view));
        if (columns.at_null()) continue;
        const auto line = line_from(columns, view.key);
        add_open(stocks.back().second, line);
    }
    return stocks;
}

Result<std::vector<StockView>> find_stock_views(Connection& db, const TenantId& tenant,
                                                const std::vector<StockKey>& keys) {
    KeyArrays wanted;
    for (const auto& key : keys) wanted.add(key);
    return map_rows(query(db, select_views, tenant, wanted.variants, wanted.sellers), [](Row row) {
        Columns columns(row);
        return view_from(columns);
    });
}

Result<LowStockList> find_low_stock(Connection& db, const TenantId& tenant,
                                    std::optional<VendorId> vendor, std::int64_t limit,
                                    std::int64_t offset) {
    auto lines = map_rows(query(db, select_low, tenant, vendor, limit, offset), low_from);
    if (!lines) return lines.error();
    const auto total = query(db, count_low, tenant, vendor);
    if (!total) return total.error();
    return LowStockList{std::move(*lines), total->front().get<std::int64_t>(0)};
}

}  // namespace souk
