#include "persistence/cart_repository.hpp"

#include "persistence/json_columns.hpp"
#include "persistence/query.hpp"

namespace souk {
namespace {

// One row per line, the cart's columns repeated: one statement sees cart and lines of one moment.
const std::string select_carts =
    "SELECT c.tenant_id, c.id, c.customer_id, c.currency, c.status, c.order_id, "
    "c.order_fingerprint, "
    "c.tax_basis_points, c.tax_inclusive, c.subtotal, c.discount, c.tax, c.shipping, c.total, "
    "c.created_at, c.updated_at, c.expires_at, c.version, c.user_id, c.merged_into, "
    "c.destination IS NOT NULL, " +
    destination_columns("c.destination") + ", c.shipping_method IS NOT NULL, " +
    shipping_method_columns("c.shipping_method") + ", " + discount_columns("c.applied_discount") +
    R"(,
           i.id, i.product_id, i.variant_id, i.seller_id, i.quantity, i.unit_price,
           p.name, image.url, p.slug, v.name, v.sku
    FROM unnest($1::uuid[], $2::uuid[]) AS wanted(tenant_id, id)
    JOIN carts c ON c.id = wanted.id AND c.tenant_id = wanted.tenant_id
    LEFT JOIN cart_items i ON i.cart_id = c.id
    LEFT JOIN products p ON p.id = i.product_id
    LEFT JOIN product_variants v ON v.id = i.variant_id
    LEFT JOIN LATERAL (SELECT url FROM product_images WHERE product_id = i.product_id
                       ORDER BY sort_order LIMIT 1) image ON true
    ORDER BY c.id, i.position)";

Cart cart_from(Columns& columns) {
    Cart cart;
    cart.id = columns.next<CartId>();
    cart.customer_id = columns.next<std::optional<CustomerId>>();
    cart.currency = columns.next<Currency>();
    cart.status = columns.next<CartStatus>();
    cart.order_id = columns.next<std::optional<OrderId>>();
    cart.order_fingerprint = columns.next<std::string>();
    cart.tax_rate.basis_points = columns.next<std::int64_t>();
    cart.tax_rate.inclusive = columns.next<bool>();
    cart.totals.subtotal = columns.next<Amount>();
    cart.totals.discount = columns.next<Amount>();
    cart.totals.tax = columns.next<Amount>();
    cart.totals.shipping = columns.next<Amount>();
    cart.totals.total = columns.next<Amount>();
    cart.created_at = columns.next<TimePoint>();
    cart.updated_at = columns.next<TimePoint>();
    cart.expires_at = columns.next<TimePoint>();
    cart.version = columns.next<Version>();
    cart.user_id = columns.next<std::optional<UserId>>();
    cart.merged_into = columns.next<std::optional<CartId>>();
    const bool has_destination = columns.next<bool>();
    auto destination = read_destination(columns);
    if (has_destination) cart.destination = std::move(destination);
    const bool has_method = columns.next<bool>();
    auto method = read_shipping_method(columns);
    if (has_method) cart.shipping_method = std::move(method);
    cart.discount = read_discount(columns);
    return cart;
}

CartItem item_from(Columns& columns, Currency currency) {
    CartItem item;
    item.id = columns.next<CartItemId>();
    item.offer.product_id = columns.next<ProductId>();
    item.offer.variant_id = columns.next<VariantId>();
    item.offer.seller_id = columns.next<VendorId>();
    item.quantity = columns.next<std::int64_t>();
    item.offer.unit_price = columns.next<Amount>();
    item.offer.currency = currency;
    read_offer(columns, item.offer);
    item.total_price = item.offer.unit_price * item.quantity;
    return item;
}

}  // namespace

Result<Found<CartId, Cart>> find_carts(Connection& db, const std::vector<OfTenant<CartId>>& keys) {
    const auto [tenants, ids] = apart(keys);
    const auto rows = query(db, select_carts.c_str(), tenants, ids);
    if (!rows) return rows.error();
    Found<CartId, Cart> carts;
    for (const auto row : *rows) {
        Columns columns(row);
        const auto tenant = columns.next<TenantId>();
        auto read = cart_from(columns);
        const OfTenant<CartId> key{tenant, read.id};
        if (carts.empty() || carts.back().first != key) carts.emplace_back(key, std::move(read));
        auto& cart = carts.back().second;
        if (!columns.at_null()) cart.items.push_back(item_from(columns, cart.currency));
    }
    return carts;
}

}  // namespace souk
