#pragma once
// A batch folded into the parameters of its few statements: an array of rows for each, one row per
// entity however many changes it had.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "domain/change.hpp"
#include "domain/personal_cipher.hpp"
#include "persistence/paying_rows.hpp"
#include "persistence/row_array.hpp"

namespace souk {

struct BatchRows {
    using enum PgType;

    BatchRows(std::span<const ChangeSet* const> batch, const PersonalCipher& personal);

    /// What its rows are sent as.
    static std::vector<RowType> types();

    // variant, seller, on_hand, reserved, threshold, changes, entity
    RowArray<uuid, uuid, int8, int8, int8, int8, text> stock{"stock_row"};
    // id, variant, seller, kind, quantity, later, reason, order, reservation
    RowArray<uuid, uuid, uuid, int8, int8, int8, text, uuid, uuid> movements{"movements_row"};
    // tenant, id, variant, seller, quantity, expires_at, cart, order
    RowArray<uuid, uuid, uuid, uuid, int8, timestamptz, uuid, uuid> reservations_opened{
        "reservations_opened_row"};
    // id, variant, seller, expires_at
    RowArray<uuid, uuid, uuid, timestamptz> reservations_extended{"reservations_extended_row"};
    // id, variant, seller, from cart, to cart
    RowArray<uuid, uuid, uuid, uuid, uuid> reservations_moved{"reservations_moved_row"};
    // id, variant, seller, state
    RowArray<uuid, uuid, uuid, int8> reservations_closed{"reservations_closed_row"};
    // as carts' columns
    RowArray<uuid, uuid, uuid, text, int8, uuid, text, json, int8, boolean, json, int8, int8, int8,
             int8, int8, timestamptz, timestamptz, timestamptz, int8, json, uuid>
        carts_new{"carts_new_row"};
    // id, expected version, then what may change
    RowArray<uuid, int8, uuid, int8, uuid, text, json, int8, boolean, json, int8, int8, int8, int8,
             int8, int8, json, text, uuid>
        carts_changed{"carts_changed_row"};
    // tenant, cart, position, id, product, variant, seller, quantity, unit price
    RowArray<uuid, uuid, int8, uuid, uuid, uuid, uuid, int8, int8> cart_items{"cart_items_row"};
    // cart, item
    RowArray<uuid, uuid> cart_items_removed{"cart_items_removed_row"};
    // as orders' columns
    RowArray<uuid, uuid, text, uuid, uuid, text, int8, int8, int8, text, int8, int8, int8, int8,
             int8, int8, boolean, text, text, json, json, date, text, text, uuid, timestamptz,
             boolean, timestamptz, timestamptz, int8, json, uuid>
        orders_new{"orders_new_row"};
    // id, expected version, then what may change
    RowArray<uuid, int8, int8, int8, json, text, timestamptz, boolean, timestamptz, int8>
        orders_changed{"orders_changed_row"};
    // id, shipping address, billing address: of orders whose buyers are erased
    RowArray<uuid, text, text> orders_anonymised{"orders_anonymised_row"};
    // order, position: of their history, reasons that people gave
    RowArray<uuid, int8> order_reasons_erased{"order_reasons_erased_row"};
    // discount, order: whose use keeps no buyer
    RowArray<uuid, uuid> discount_buyers_erased{"discount_buyers_erased_row"};
    // as order_items' columns
    RowArray<uuid, uuid, int8, uuid, uuid, uuid, uuid, int8, int8, int8, int8, int8, json>
        order_items{"order_items_row"};
    // as order_history's columns
    RowArray<uuid, uuid, int8, int8, int8, text, text, timestamptz> order_history{
        "order_history_row"};
    // tenant, type, entity, version, payload, request id
    RowArray<uuid, text, text, int8, json, text> events{"events_row"};
    // tenant, caller, key, hash, status, body, location, etag
    RowArray<uuid, text, text, text, int8, text, text, text> idempotency{"idempotency_row"};
    // as audit's columns, without the time
    RowArray<uuid, text, text, text, text, text, text, int8, json, json, text, uuid> audit{
        "audit_row"};
    std::optional<PayingRows> paying;  // none when the batch has nothing of it
    std::int64_t last_order_number{0};
    TimePoint at;

private:
    explicit BatchRows(const PersonalCipher& personal) : personal_(personal) {}

    const PersonalCipher& personal_;

    void fold_stock(std::span<const ChangeSet* const> batch);
    void fold_extensions(std::span<const ChangeSet* const> batch);
    void fold_moves(std::span<const ChangeSet* const> batch);
    void fold_carts(std::span<const ChangeSet* const> batch);
    void fold_orders(std::span<const ChangeSet* const> batch);
    void fold_paying(std::span<const ChangeSet* const> batch);
    void add_cart(const TenantId& tenant, const RowChange<Cart>& change);
    void add_lines(const TenantId& tenant, const RowChange<Cart>& change);
    void add_answer(const TenantId& tenant, const IdempotencyRecord& record);
    void add_order(const TenantId& tenant, const RowChange<Order>& change);
    void add_anonymised(const TenantId& tenant, const Order& before, const Order& order);
    std::pair<std::string, std::string> sealed_addresses(const TenantId& tenant,
                                                         const Order& order) const;
    PayingRows& need_paying();
};

}  // namespace souk
