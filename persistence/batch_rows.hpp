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
#include "persistence/binary_array.hpp"

namespace souk {

/// StatementParameters of one statement, alive as long as what they were made from.
struct StatementParameters {
    void add(const std::string& binary) { add(binary.data(), binary.size(), 1); }
    void add_text(const std::string& text) { add(text.c_str(), text.size(), 0); }

    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;

private:
    void add(const char* value, std::size_t length, int format) {
        values.push_back(value);
        lengths.push_back(static_cast<int>(length));
        formats.push_back(format);
    }
};

/// Rows for one unnest(): an array per column.
template <PgType... types>
class ColumnArrays {
public:
    template <class... Values>
    void add(const Values&... values) {
        static_assert(sizeof...(Values) == sizeof...(types));
        std::size_t column = 0;
        (arrays_[column++].add(values), ...);
        ++rows_;
    }
    std::int64_t rows() const { return rows_; }
    /// Every column, in order; the arrays are closed by it.
    void append_to(StatementParameters& parameters) {
        for (auto& array : arrays_) parameters.add(array.bytes());
    }

private:
    std::array<BinaryArray, sizeof...(types)> arrays_{BinaryArray{types}...};
    std::int64_t rows_{0};
};

struct BatchRows {
    using enum PgType;

    explicit BatchRows(std::span<const ChangeSet* const> batch);

    // variant, seller, on_hand, reserved, threshold, changes, entity
    ColumnArrays<uuid, uuid, int8, int8, int8, int8, text> stock;
    // id, variant, seller, kind, quantity, later, reason, order, reservation
    ColumnArrays<uuid, uuid, uuid, int8, int8, int8, text, uuid, uuid> movements;
    // id, variant, seller, quantity, expires_at, cart, order
    ColumnArrays<uuid, uuid, uuid, int8, timestamptz, uuid, uuid> reservations_opened;
    // id, variant, seller, state
    ColumnArrays<uuid, uuid, uuid, int8> reservations_closed;
    // as carts' columns
    ColumnArrays<uuid, uuid, text, int8, uuid, text, json, int8, boolean, json, int8, int8, int8,
                 int8, int8, timestamptz, timestamptz, timestamptz, int8>
        carts_new;
    // id, expected version, then what may change
    ColumnArrays<uuid, int8, uuid, int8, uuid, text, json, int8, boolean, json, int8, int8, int8,
                 int8, int8, int8>
        carts_changed;
    // cart, position, id, product, variant, seller, quantity, unit price
    ColumnArrays<uuid, int8, uuid, uuid, uuid, uuid, int8, int8> cart_items;
    // cart, item
    ColumnArrays<uuid, uuid> cart_items_removed;
    // as orders' columns
    ColumnArrays<uuid, text, uuid, uuid, text, int8, int8, int8, text, int8, int8, int8, int8, int8,
                 int8, boolean, json, json, json, json, date, text, text, uuid, timestamptz,
                 boolean, timestamptz, timestamptz, int8>
        orders_new;
    // id, expected version, then what may change
    ColumnArrays<uuid, int8, int8, int8, json, text, timestamptz, boolean, timestamptz, int8>
        orders_changed;
    // as order_items' columns
    ColumnArrays<uuid, int8, uuid, uuid, uuid, uuid, int8, int8, int8, int8, int8, json>
        order_items;
    // as order_history's columns
    ColumnArrays<uuid, int8, int8, int8, text, text, timestamptz> order_history;
    // type, entity, version, payload, request id
    ColumnArrays<text, text, int8, json, text> events;
    // caller, key, hash, status, body, location, etag
    ColumnArrays<text, text, text, int8, text, text, text> idempotency;
    std::int64_t last_order_number{0};
    TimePoint at;

private:
    void fold_stock(std::span<const ChangeSet* const> batch);
    void fold_carts(std::span<const ChangeSet* const> batch);
    void fold_orders(std::span<const ChangeSet* const> batch);
    void add_cart(const RowChange<Cart>& change);
    void add_lines(const RowChange<Cart>& change);
    void add_order(const RowChange<Order>& change);
};

}  // namespace souk
