#include "domain/order.hpp"

#include <map>

#include "domain/erasure.hpp"
#include "domain/guards.hpp"
#include "domain/payment_flow.hpp"

namespace souk {
namespace {

OrderChange moved(const Order& order, OrderStatus status, std::string actor, std::string reason,
                  StockEffect effect, TimePoint now) {
    OrderChange change{order, effect};
    change.next.status = status;
    for (auto& part : change.next.vendor_orders) part.status = status;
    change.next.history.push_back(
        {status, order.payment_status, std::move(actor), std::move(reason), now});
    change.next.updated_at = now;
    ++change.next.version;
    return change;
}

/// The change that ended an order, with what it means for its payment.
OrderChange ended(const Order& order, OrderChange change, TimePoint now,
                  const PaymentPolicy& policy) {
    PaymentFlow flow(order, std::move(change), now, policy);
    flow.close_payment();
    return flow.finish("system", "");
}

bool is_paid(const Order& order) { return order.payment && order.payment->captured > 0; }

bool is_being_paid(const Order& order) {
    if (!order.payment) return false;
    const auto state = order.payment->state;
    return state == PaymentState::processing || state == PaymentState::requires_action ||
           state == PaymentState::authorized;
}

Result<OrderChange> decide(const Order& order, const ConfirmOrder& command, TimePoint now,
                           const PaymentPolicy&) {
    if (command.method != order.payment_method)
        return refuse(ErrorCode::invalid_input, "paymentMethod",
                      "is not the one the order was placed with");
    if (command.method != PaymentMethod::cash_on_delivery)
        return refuse(ErrorCode::conflict, "the order is confirmed by its payment");
    if (order.status == OrderStatus::confirmed && order.stock_deducted)
        return OrderChange{order, StockEffect::none};
    if (order.status == OrderStatus::cancelled)
        return refuse(ErrorCode::conflict, "the order has been cancelled");
    if (!may_become(order.status, OrderStatus::confirmed))
        return refuse(ErrorCode::conflict, "the order can no longer be confirmed");
    if (order.reserved_until <= now)
        return refuse(ErrorCode::gone, "the order's reservation has expired");
    auto change = moved(order, OrderStatus::confirmed, command.actor, "cash on delivery",
                        StockEffect::confirm, now);
    change.next.stock_deducted = true;
    return change;
}

Result<OrderChange> decide(const Order& order, const CancelOrder& command, TimePoint now,
                           const PaymentPolicy& policy) {
    if (order.status == OrderStatus::cancelled) return OrderChange{order, StockEffect::none};
    if (command.expected_version && *command.expected_version != order.version)
        return refuse(ErrorCode::precondition_failed, "the order has changed since that version");
    if (!may_become(order.status, OrderStatus::cancelled))
        return refuse(ErrorCode::conflict, "the order can no longer be cancelled");
    const auto effect = order.stock_deducted ? StockEffect::restock : StockEffect::release;
    auto change = moved(order, OrderStatus::cancelled, command.actor, command.reason, effect, now);
    if (order.stock_deducted) change.restock = units_to_restock(order);
    change.release_discount = order.discount && !is_paid(order);
    change.next.stock_deducted = false;
    return ended(order, std::move(change), now, policy);
}

Result<OrderChange> decide(const Order& order, const HoldLonger& command, TimePoint now,
                           const PaymentPolicy&) {
    if (order.status != OrderStatus::pending || order.stock_deducted)
        return refuse(ErrorCode::conflict, "the order holds no units any more");
    if (command.until <= order.reserved_until || command.until <= now)
        return refuse(ErrorCode::unprocessable, "minutes", "would end the reservation sooner");
    auto change = moved(order, order.status, command.actor, command.reason, StockEffect::none, now);
    change.next.reserved_until = command.until;
    change.extend_until = command.until;
    return change;
}

Result<OrderChange> decide(const Order& order, const ExpireOrder&, TimePoint now,
                           const PaymentPolicy& policy) {
    if (order.status != OrderStatus::pending || order.stock_deducted)
        return OrderChange{order, StockEffect::none};
    if (order.reserved_until > now && holds(Guard::nothing_expires_early))
        return refuse(ErrorCode::conflict, "the order's reservation is not due yet");
    if (is_being_paid(order) && !order.payment->graced && holds(Guard::payment_holds_units)) {
        PaymentFlow flow(order, now, policy);
        flow.extend_reservation();
        return flow.finish("system", "");
    }
    auto change = moved(order, OrderStatus::cancelled, "system", "reservation expired",
                        StockEffect::expire, now);
    change.release_discount = order.discount.has_value();
    return ended(order, std::move(change), now, policy);
}

}  // namespace

bool may_become(OrderStatus from, OrderStatus to) {
    using enum OrderStatus;
    switch (from) {
        case pending:
            return to == confirmed || to == cancelled;
        case confirmed:
            return to == processing || to == cancelled;
        case processing:
            return to == shipped || to == cancelled;
        case shipped:
            return to == delivered || to == returned;
        case delivered:
            return to == returned;
        case cancelled:
        case returned:
            return false;
    }
    return false;
}

Result<OrderChange> decide(const Order& order, const OrderCommand& command, TimePoint now,
                           const PaymentPolicy& policy) {
    if (order.version == 0) return refuse(ErrorCode::not_found, "no such order");
    return std::visit([&](const auto& one) { return decide(order, one, now, policy); }, command);
}

std::vector<std::pair<StockKey, std::int64_t>> demand_of(const std::vector<OrderItem>& items) {
    std::map<StockKey, std::int64_t> units;
    for (const auto& item : items)
        units[{item.offer.variant_id, item.offer.seller_id}] += item.quantity;
    return {units.begin(), units.end()};
}

}  // namespace souk
