#include "domain/erasure.hpp"

#include <algorithm>

namespace souk {
namespace {

bool is_under_way(RefundState state) {
    return state == RefundState::queued || state == RefundState::under_way;
}

bool is_under_way(const Payment& payment) {
    using enum PaymentState;
    const bool asks = payment.state == processing || payment.state == requires_action ||
                      payment.state == authorized;
    return asks ||
           std::ranges::any_of(
               payment.attempts,
               [](const auto& attempt) { return attempt.state == AttemptState::open; }) ||
           std::ranges::any_of(payment.refunds,
                               [](const auto& refund) { return is_under_way(refund.state); });
}

/// What the server writes into a history by itself tells of nobody.
bool is_of_a_person(const OrderHistoryEntry& entry) {
    return entry.actor != "system" && entry.actor != "gateway";
}

/// Amounts, steps and the gateway's own references stay: they are what money is traced by.
void anonymise(Payment& payment) {
    payment.method.clear();
    payment.client_secret.clear();
    payment.last_error.clear();
    for (auto& attempt : payment.attempts) {
        attempt.method.clear();
        attempt.reason.clear();
    }
    for (auto& refund : payment.refunds) refund.reason.clear();
}

}  // namespace

bool is_fresh(const Session& session, TimePoint now) {
    return session.created_at + fresh_log_in > now;
}

bool is_over(const Order& order) {
    using enum OrderStatus;
    const bool has_ended =
        order.status == delivered || order.status == cancelled || order.status == returned;
    return has_ended && !(order.payment && is_under_way(*order.payment));
}

Address anonymous(const Address& address) {
    Address kept;
    kept.country = address.country;
    kept.governorate = address.governorate;
    return kept;
}

bool is_anonymous(const Order& order) {
    return order.shipping_address == anonymous(order.shipping_address) &&
           order.billing_address == anonymous(order.billing_address) && order.notes.empty();
}

Result<OrderChange> decide(const Order& order, const AnonymiseOrder& command, TimePoint now,
                           const PaymentPolicy&) {
    if (is_anonymous(order)) return OrderChange{order};
    if (!is_over(order)) return refuse(ErrorCode::conflict, "the order is still under way");
    OrderChange change{order};
    auto& next = change.next;
    next.customer_id.reset();
    next.shipping_address = anonymous(order.shipping_address);
    next.billing_address = anonymous(order.billing_address);
    next.notes.clear();
    next.tracking_number.clear();
    for (auto& entry : next.history)
        if (is_of_a_person(entry)) entry.reason.clear();
    if (next.payment) anonymise(*next.payment);
    next.history.push_back(
        {order.status, order.payment_status, command.actor, "the buyer was erased", now});
    next.updated_at = now;
    ++next.version;
    change.forget_buyer = order.discount.has_value();
    return change;
}

// What was ordered keeps its lines and totals, as its order does.
Result<Cart> decide(const Cart& cart, const LeaveCart&, TimePoint now) {
    const bool is_open = cart.status == CartStatus::open;
    if (!cart.customer_id && !cart.destination && (!is_open || cart.items.empty())) return cart;
    Cart next = cart;
    next.customer_id.reset();
    next.destination.reset();
    if (is_open) {
        next.items.clear();
        next.shipping_method.reset();
        next.discount.reset();
        next.tax_rate = {};
        next.totals = {};
    }
    next.updated_at = now;
    ++next.version;
    return next;
}

ErasureStep after(ErasureStep step) {
    using enum ErasureStep;
    switch (step) {
        case carts:
            return orders;
        case orders:
            return audit;
        case audit:
        case done:
            break;
    }
    return done;
}

}  // namespace souk
