#pragma once
// The stock of one SKU at one seller: a counter with reservations. `available` is what is on hand
// and not reserved; it never goes below zero, and neither does anything else here.

#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

enum class ReservationState { open, confirmed, released, expired, transferred };
enum class MovementKind { received, adjusted, sold, returned };

/// One line of a reservation: a promise of some units of one SKU until a moment.
struct ReservationLine {
    ReservationId id;
    StockKey key;
    std::int64_t quantity{};
    TimePoint expires_at;
    std::optional<CartId> cart_id;
    std::optional<OrderId> order_id;  // set: only the order may close it
};

struct Stock {
    StockKey key;
    std::int64_t on_hand{};
    std::int64_t reserved{};
    std::int64_t low_stock_threshold{10};
    Version version{};
    std::int64_t freeing{};  // given back by changes not yet on their way to disk: not for sale
    std::unordered_map<ReservationId, ReservationLine> open;
    std::unordered_multimap<CartId, ReservationId> open_by_cart;  // of carts, not of orders

    std::int64_t available() const { return on_hand - reserved - freeing; }
};

/// Committed numbers of a SKU, as published to readers.
struct StockView {
    StockKey key;
    std::int64_t on_hand{};
    std::int64_t reserved{};
    std::int64_t low_stock_threshold{10};
    Version version{};

    std::int64_t available() const { return on_hand - reserved; }
    bool low() const { return available() <= low_stock_threshold; }
};

/// Promises units. With `takes_over_cart`, open reservations of that cart on this SKU count as
/// available and are closed as transferred: a checkout uses what its cart had reserved.
struct ReserveStock {
    ReservationId id;
    std::int64_t quantity{};
    TimePoint expires_at;
    std::optional<CartId> cart_id;
    std::optional<OrderId> order_id;
    bool takes_over_cart{false};
};

/// Ends a reservation. Confirmed deducts the units; released and expired give them back.
/// An `order_id` proves that the order which owns the reservation asks.
struct CloseReservation {
    ReservationId id;
    ReservationState outcome{ReservationState::released};
    std::optional<OrderId> order_id;
};

/// Lets a reservation last longer; never shorter. An order whose payment is under way asks for it,
/// up to the moment its expiry is decided: a line that is due but still open may be extended.
struct ExtendReservation {
    ReservationId id;
    TimePoint expires_at;
    std::optional<OrderId> order_id;
};

/// Sets what is on hand to a count, or moves it by a difference.
struct AdjustStock {
    bool absolute{false};
    std::int64_t quantity{};
    std::string reason;
    std::optional<Version> expected_version;
    std::optional<std::int64_t> low_stock_threshold;
};

/// Puts units of a cancelled or returned order back on the shelf.
struct RestockUnits {
    OrderId order_id;
    std::int64_t quantity{};
};

/// What a cart has reserved is another's from now on: the cart into which it is merged.
struct MoveReservations {
    CartId from;
    CartId to;
};

using StockCommand = std::variant<ReserveStock, CloseReservation, AdjustStock, RestockUnits,
                                  ExtendReservation, MoveReservations>;

struct ReservationClosing {
    ReservationLine line;
    ReservationState outcome{ReservationState::released};
};

struct ReservationExtension {
    ReservationLine line;  // as it was
    TimePoint expires_at;  // as it is to be
};

struct ReservationMove {
    ReservationLine line;  // as it was
    CartId to;
};

/// One row of the append-only ledger whose sum is `on_hand`. The balance after it is computed where
/// it is written, in commit order.
struct Movement {
    MovementId id;
    StockKey key;
    MovementKind kind{MovementKind::adjusted};
    std::int64_t quantity{};  // signed
    std::string reason;
    std::optional<OrderId> order_id;
    std::optional<ReservationId> reservation_id;
};

/// What a command does to a SKU. Counters travel as differences, so that changes of one SKU may
/// commit in any order.
struct StockChange {
    StockKey key;
    std::int64_t on_hand_delta{};
    std::int64_t reserved_delta{};
    std::optional<std::int64_t> low_stock_threshold;
    std::vector<ReservationLine> opened;
    std::vector<ReservationClosing> closed;
    std::vector<Movement> movements;  // the actor gives them their ids
    std::vector<ReservationExtension> extended;
    std::vector<ReservationMove> moved;

    bool empty() const {
        return on_hand_delta == 0 && reserved_delta == 0 && opened.empty() && closed.empty() &&
               extended.empty() && moved.empty() && !low_stock_threshold;
    }
};

/// Decides what a command does. Refusals: `insufficient_stock` with the units that are available,
/// `not_found` for a reservation that is not open here, `forbidden` for one owned by an order,
/// `gone` when confirming one past its expiry, `conflict` for a count below what is reserved,
/// `precondition_failed` for a stale version, `unprocessable` for a quantity out of range.
Result<StockChange> decide(const Stock& stock, const StockCommand& command, TimePoint now);

/// Puts open reservations read from their rows into the state.
void add_open(Stock& stock, const ReservationLine& line);

/// Units that a change puts up for sale; negative when it takes some.
std::int64_t units_freed_by(const StockChange& change);

void apply(Stock& stock, const StockChange& change);
/// Undoes an applied change that was never handed to the write lane (a dropped hold).
void revert(Stock& stock, const StockChange& change);

StockView view_of(const Stock& stock);

/// No SKU may hold more than this, so that sums cannot overflow.
inline constexpr std::int64_t max_stock_units = 1'000'000'000;

}  // namespace souk
