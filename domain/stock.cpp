#include "domain/stock.hpp"

#include <algorithm>

#include "domain/guards.hpp"

namespace souk {
namespace {

Result<StockChange> decide(const Stock& stock, const ReserveStock& command, TimePoint now) {
    if (command.quantity <= 0 || command.quantity > max_stock_units)
        return refuse(ErrorCode::unprocessable, "quantity", "must be at least 1");
    if (command.expires_at <= now)
        return refuse(ErrorCode::unprocessable, "expiresAt", "must be in the future");
    if (stock.open.contains(command.id)) return StockChange{.key = stock.key};  // a repeat

    StockChange change{.key = stock.key};
    if (command.takes_over_cart && command.cart_id) {
        const auto [first, last] = stock.open_by_cart.equal_range(*command.cart_id);
        for (auto held = first; held != last; ++held) {
            const auto& line = stock.open.at(held->second);
            change.closed.push_back({line, ReservationState::transferred});
            change.reserved_delta -= line.quantity;
        }
    }
    auto available = stock.available() - change.reserved_delta;
    if (!holds(Guard::reserved_is_not_for_sale)) available += stock.reserved;
    if (!holds(Guard::last_unit_once)) ++available;
    if (available < command.quantity)
        return refuse(ErrorCode::insufficient_stock, "quantity",
                      "only " + std::to_string(available) + " available");
    change.reserved_delta += command.quantity;
    change.opened.push_back({command.id, stock.key, command.quantity, command.expires_at,
                             command.cart_id, command.order_id});
    return change;
}

Result<StockChange> decide(const Stock& stock, const CloseReservation& command, TimePoint now) {
    const auto found = stock.open.find(command.id);
    if (found == stock.open.end())
        return refuse(ErrorCode::not_found, "the reservation is not open");
    const auto& line = found->second;
    if (line.order_id != command.order_id)
        return refuse(ErrorCode::forbidden, "the reservation belongs to an order");
    if (command.outcome == ReservationState::confirmed && line.expires_at <= now)
        return refuse(ErrorCode::gone, "the reservation has expired");
    if (command.outcome == ReservationState::expired && line.expires_at > now &&
        holds(Guard::nothing_expires_early))
        return refuse(ErrorCode::conflict, "the reservation is not due yet");

    StockChange change{.key = stock.key};
    change.closed.push_back({line, command.outcome});
    change.reserved_delta = -line.quantity;
    if (command.outcome == ReservationState::confirmed) {
        change.on_hand_delta = -line.quantity;
        change.movements.push_back({.id = {},
                                    .key = stock.key,
                                    .kind = MovementKind::sold,
                                    .quantity = -line.quantity,
                                    .reason = "sold",
                                    .order_id = line.order_id,
                                    .reservation_id = line.id});
    }
    return change;
}

Result<StockChange> decide(const Stock& stock, const ExtendReservation& command, TimePoint) {
    const auto found = stock.open.find(command.id);
    if (found == stock.open.end())
        return refuse(ErrorCode::not_found, "the reservation is not open");
    const auto& line = found->second;
    if (line.order_id != command.order_id)
        return refuse(ErrorCode::forbidden, "the reservation belongs to an order");
    StockChange change{.key = stock.key};
    if (command.expires_at > line.expires_at) change.extended.push_back({line, command.expires_at});
    return change;
}

Result<StockChange> decide(const Stock& stock, const MoveReservations& command, TimePoint) {
    StockChange change{.key = stock.key};
    const auto [first, last] = stock.open_by_cart.equal_range(command.from);
    for (auto held = first; held != last; ++held)
        change.moved.push_back({stock.open.at(held->second), command.to});
    return change;
}

Result<StockChange> decide(const Stock& stock, const AdjustStock& command, TimePoint) {
    if (command.expected_version && *command.expected_version != stock.version)
        return refuse(ErrorCode::precondition_failed, "the stock has changed since that version");
    if (command.quantity > max_stock_units || command.quantity < -max_stock_units)
        return refuse(ErrorCode::unprocessable, "quantity", "is out of range");
    const auto target = command.absolute ? command.quantity : stock.on_hand + command.quantity;
    if (target < 0 || target > max_stock_units)
        return refuse(ErrorCode::unprocessable, "quantity", "would leave a count out of range");
    if (target < stock.reserved)
        return refuse(ErrorCode::conflict, "quantity",
                      std::to_string(stock.reserved) + " units are reserved");

    StockChange change{.key = stock.key};
    if (command.low_stock_threshold && *command.low_stock_threshold != stock.low_stock_threshold)
        change.low_stock_threshold = command.low_stock_threshold;
    change.on_hand_delta = target - stock.on_hand;
    if (change.on_hand_delta == 0) return change;
    change.movements.push_back({.id = {},
                                .key = stock.key,
                                .kind = MovementKind::adjusted,
                                .quantity = change.on_hand_delta,
                                .reason = command.reason,
                                .order_id = std::nullopt,
                                .reservation_id = std::nullopt});
    return change;
}

Result<StockChange> decide(const Stock& stock, const RestockUnits& command, TimePoint) {
    if (command.quantity <= 0 || stock.on_hand + command.quantity > max_stock_units)
        return refuse(ErrorCode::unprocessable, "quantity", "is out of range");
    StockChange change{.key = stock.key, .on_hand_delta = command.quantity};
    change.movements.push_back({.id = {},
                                .key = stock.key,
                                .kind = MovementKind::returned,
                                .quantity = command.quantity,
                                .reason = "order cancelled",
                                .order_id = command.order_id,
                                .reservation_id = std::nullopt});
    return change;
}

void remove_open(Stock& stock, const ReservationLine& line) {
    stock.open.erase(line.id);
    if (!line.cart_id || line.order_id) return;
    const auto [first, last] = stock.open_by_cart.equal_range(*line.cart_id);
    for (auto held = first; held != last; ++held) {
        if (held->second != line.id) continue;
        stock.open_by_cart.erase(held);
        return;
    }
}

/// A line that is open still belongs to that cart from now on.
void give_to(Stock& stock, const ReservationId& id, const CartId& cart) {
    const auto open = stock.open.find(id);
    if (open == stock.open.end()) return;
    auto line = open->second;
    remove_open(stock, line);
    line.cart_id = cart;
    add_open(stock, line);
}

bool leaves_memory(const ReservationClosing& closing) {
    return holds(closing.outcome == ReservationState::expired ? Guard::expiry_happens_once
                                                              : Guard::ended_reservation_is_gone);
}

}  // namespace

void add_open(Stock& stock, const ReservationLine& line) {
    if (!stock.open.emplace(line.id, line).second) return;
    if (line.cart_id && !line.order_id) stock.open_by_cart.emplace(*line.cart_id, line.id);
}

std::int64_t units_freed_by(const StockChange& change) {
    return change.on_hand_delta - change.reserved_delta;
}

Result<StockChange> decide(const Stock& stock, const StockCommand& command, TimePoint now) {
    return std::visit([&](const auto& one) { return decide(stock, one, now); }, command);
}

void apply(Stock& stock, const StockChange& change) {
    if (change.empty()) return;
    stock.on_hand += change.on_hand_delta;
    stock.reserved += change.reserved_delta;
    if (change.low_stock_threshold) stock.low_stock_threshold = *change.low_stock_threshold;
    for (const auto& closing : change.closed)
        if (leaves_memory(closing)) remove_open(stock, closing.line);
    for (const auto& line : change.opened) add_open(stock, line);
    for (const auto& extension : change.extended)
        if (const auto line = stock.open.find(extension.line.id); line != stock.open.end())
            line->second.expires_at = extension.expires_at;
    for (const auto& move : change.moved) give_to(stock, move.line.id, move.to);
    ++stock.version;
}

// Only counts and reservations: a hold never touches the threshold.
void revert(Stock& stock, const StockChange& change) {
    if (change.empty()) return;
    stock.on_hand -= change.on_hand_delta;
    stock.reserved -= change.reserved_delta;
    for (const auto& line : change.opened) remove_open(stock, line);
    for (const auto& closing : change.closed) add_open(stock, closing.line);
    for (const auto& extension : change.extended)
        if (const auto line = stock.open.find(extension.line.id); line != stock.open.end())
            line->second.expires_at = extension.line.expires_at;
    for (const auto& move : change.moved) give_to(stock, move.line.id, *move.line.cart_id);
    --stock.version;
}

StockView view_of(const Stock& stock) {
    return {stock.key, stock.on_hand, stock.reserved, stock.low_stock_threshold, stock.version};
}

}  // namespace souk
