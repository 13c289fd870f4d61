#pragma once
// A batch folded into the parameters of its few statements: one array per column, one row per
// entity however many changes it had.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/change.hpp"
#include "persistence/array_literal.hpp"

namespace souk {

/// Rows for one unnest(): an array literal per column.
template <std::size_t columns>
class ColumnArrays {
public:
    template <class... Values>
    void add(const Values&... values) {
        static_assert(sizeof...(Values) == columns);
        std::size_t column = 0;
        (arrays_[column++].add(values), ...);
        ++rows_;
    }
    std::int64_t rows() const { return rows_; }
    /// Text of every column, in order; the arrays are closed by it.
    void append_to(std::vector<const char*>& parameters) {
        for (auto& array : arrays_) parameters.push_back(array.text().c_str());
    }

private:
    std::array<ArrayLiteral, columns> arrays_;
    std::int64_t rows_{0};
};

struct BatchRows {
    explicit BatchRows(std::span<const ChangeSet* const> batch);

    ColumnArrays<7> stock;  // variant, seller, on_hand, reserved, threshold, changes, entity
    ColumnArrays<9>
        movements;  // id, variant, seller, kind, quantity, later, reason, order, reservation
    ColumnArrays<7> reservations_opened;  // id, variant, seller, quantity, expires_at, cart, order
    ColumnArrays<4> reservations_closed;  // id, variant, seller, state
    ColumnArrays<19> carts_new;           // as carts' columns
    ColumnArrays<16> carts_changed;
    ColumnArrays<8> cart_items;
    ColumnArrays<2>
        cart_items_kept;  // cart, item: what stays of carts whose lines may have changed
    ColumnArrays<1> carts_with_lines;
    ColumnArrays<29> orders_new;
    ColumnArrays<10> orders_changed;
    ColumnArrays<12> order_items;
    ColumnArrays<7> order_history;
    ColumnArrays<5> events;       // type, entity, version, payload, request id
    ColumnArrays<7> idempotency;  // caller, key, hash, status, body, location, etag
    std::int64_t last_order_number{0};
    TimePoint at;

private:
    void fold_stock(std::span<const ChangeSet* const> batch);
    void fold_carts(std::span<const ChangeSet* const> batch);
    void fold_orders(std::span<const ChangeSet* const> batch);
    void add_cart(const Cart& cart, Version expected);
    void add_order(const Order& order, Version expected);
};

}  // namespace souk
