#pragma once
// A batch folded into the parameters of its few statements: one array per column, one row per
// entity however many changes it had.

#include <cstdint>
#include <optional>
#include <span>

#include "domain/change.hpp"
#include "persistence/column_arrays.hpp"
#include "persistence/paying_rows.hpp"

namespace souk {

struct BatchRows {
    using enum PgType;

    explicit BatchRows(std::span<const ChangeSet* const> batch);

    // variant, seller, on_hand, reserved, threshold, changes, entity
    ColumnArrays<uuid, uuid, int8, int8, int8, int8, text> stock;
    // id, variant, seller, kind, quantity, later, reason, order, reservation
    ColumnArrays<uuid, uuid, uuid, int8, int8, int8, text, uuid, uuid> movements;
    // tenant, id, variant, seller, quantity, expires_at, cart, order
    ColumnArrays<uuid, uuid, uuid, uuid, int8, timestamptz, uuid, uuid> reservations_opened;
    // id, variant, seller, expires_at
    ColumnArrays<uuid, uuid, uuid, timestamptz> reservations_extended;
    // id, variant, seller, from cart, to cart
    ColumnArrays<uuid, uuid, uuid, uuid, uuid> reservations_moved;
    // id, variant, seller, state
    ColumnArrays<uuid, uuid, uuid, int8> reservations_closed;
    // as carts' columns
    ColumnArrays<uuid, uuid, uuid, text, int8, uuid, text, json, int8, boolean, json, int8, int8,
                 int8, int8, int8, timestamptz, timestamptz, timestamptz, int8, json, uuid>
        carts_new;
    // id, expected version, then what may change
    ColumnArrays<uuid, int8, uuid, int8, uuid, text, json, int8, boolean, json, int8, int8, int8,
                 int8, int8, int8, json, text, uuid>
        carts_changed;
    // tenant, cart, position, id, product, variant, seller, quantity, unit price
    ColumnArrays<uuid, uuid, int8, uuid, uuid, uuid, uuid, int8, int8> cart_items;
    // cart, item
    ColumnArrays<uuid, uuid> cart_items_removed;
    // as orders' columns
    ColumnArrays<uuid, uuid, text, uuid, uuid, text, int8, int8, int8, text, int8, int8, int8, int8,
                 int8, int8, boolean, json, json, json, json, date, text, text, uuid, timestamptz,
                 boolean, timestamptz, timestamptz, int8, json, uuid>
        orders_new;
    // id, expected version, then what may change
    ColumnArrays<uuid, int8, int8, int8, json, text, timestamptz, boolean, timestamptz, int8>
        orders_changed;
    // id, shipping address, billing address: of orders whose buyers are erased
    ColumnArrays<uuid, json, json> orders_anonymised;
    // order, position: of their history, reasons that people gave
    ColumnArrays<uuid, int8> order_reasons_erased;
    // discount, order: whose use keeps no buyer
    ColumnArrays<uuid, uuid> discount_buyers_erased;
    // as order_items' columns
    ColumnArrays<uuid, uuid, int8, uuid, uuid, uuid, uuid, int8, int8, int8, int8, int8, json>
        order_items;
    // as order_history's columns
    ColumnArrays<uuid, uuid, int8, int8, int8, text, text, timestamptz> order_history;
    // tenant, type, entity, version, payload, request id
    ColumnArrays<uuid, text, text, int8, json, text> events;
    // tenant, caller, key, hash, status, body, location, etag
    ColumnArrays<uuid, text, text, text, int8, text, text, text> idempotency;
    // as audit's columns, without the time
    ColumnArrays<uuid, text, text, text, text, text, text, int8, json, json, text, uuid> audit;
    std::optional<PayingRows> paying;  // none when the batch has nothing of it
    std::int64_t last_order_number{0};
    TimePoint at;

private:
    void fold_stock(std::span<const ChangeSet* const> batch);
    void fold_extensions(std::span<const ChangeSet* const> batch);
    void fold_moves(std::span<const ChangeSet* const> batch);
    void fold_carts(std::span<const ChangeSet* const> batch);
    void fold_orders(std::span<const ChangeSet* const> batch);
    void fold_paying(std::span<const ChangeSet* const> batch);
    void add_cart(const TenantId& tenant, const RowChange<Cart>& change);
    void add_lines(const TenantId& tenant, const RowChange<Cart>& change);
    void add_order(const TenantId& tenant, const RowChange<Order>& change);
    void add_anonymised(const Order& before, const Order& order);
    PayingRows& need_paying();
};

}  // namespace souk
