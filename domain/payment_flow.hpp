#pragma once
// One change of an order by its payment, in the making: the moves that payment commands, gateway
// news and the order's own end are put together from. Only domain/*.cpp includes this.

#include <optional>
#include <string>
#include <string_view>

#include "domain/order.hpp"

namespace souk {

class PaymentFlow {
public:
    PaymentFlow(const Order& before, TimePoint now, const PaymentPolicy& policy)
        : PaymentFlow(before, OrderChange{before}, now, policy) {}
    /// Goes on with a change that has begun, such as the order's cancellation.
    PaymentFlow(const Order& before, OrderChange begun, TimePoint now, const PaymentPolicy& policy)
        : before_(before), change_(std::move(begun)), now_(now), policy_(policy) {}

    Order& order() { return change_.next; }
    Payment& payment() { return *change_.next.payment; }
    PaymentAttempt* find(std::string_view key);
    PaymentAttempt* find_open(GatewayStep step, std::string_view intent);
    bool order_is_over() const;
    bool reservation_is_over() const { return change_.next.reserved_until <= now_; }
    void lose_units() { units_lost_ = true; }

    // Asking the gateway (payment_flow.cpp).
    void start(PaymentAttempt attempt);
    /// Calls the gateway once more, or leaves the attempt to the operators.
    void ask(PaymentAttempt& attempt);
    /// After a wait, unless it is out of tries.
    void ask_later(PaymentAttempt& attempt, Duration wait);
    /// Asks once more, now or after a wait, unless the order's end has made the step pointless.
    void try_again(PaymentAttempt& attempt, std::optional<Duration> wait);
    /// As long as the gateway is left alone, and else backing off.
    Duration wait_after(const PaymentAttempt& attempt, const GatewayReported& report) const;
    /// The call never left, or met an outage that its circuit breaker knows of: no try of its own.
    void forgive(PaymentAttempt& attempt, const GatewayReported& report);
    /// Releases what an intent holds, at most once.
    void void_intent(const std::string& intent);
    void queue_refund(Refund refund);
    /// Operators say that nothing more will be tried. What the step may have done all the same is
    /// looked up once, and dealt with when news of it comes.
    void give_up(PaymentAttempt& attempt, const std::string& reason);
    /// False when it stands by now, when the charge has not that much left, or while another refund
    /// of it is under way.
    bool take_up_refund(PaymentAttempt& attempt);

    // The order around it (payment_flow.cpp).
    void extend_reservation();
    void move_order(OrderStatus status, std::string actor, std::string reason);
    /// Ends a pending order that cannot be paid any more, and its payment with it.
    void cancel_order(std::string reason);
    /// Nothing is to be taken: the order is confirmed as paid.
    OrderChange pay_nothing(const std::string& actor);
    /// All of it was paid in cash.
    void take_cash(PaymentId id);
    /// The order has just ended: void, refund, or wait for the end of what is under way.
    void close_payment();

    // Hearing news (payment_news.cpp).
    void hear_answer(PaymentAttempt& attempt, const GatewayReported& report);
    void hear(const std::string& key, const GatewayAnswer& facts, bool own_answer);
    void authorization_failed(const std::string& reason);
    void capture_failed(const std::string& intent, const std::string& reason);

    /// The change as a whole; the order as it was when nothing has changed.
    OrderChange finish(const std::string& actor, const std::string& reason);

private:
    PaymentAttempt* latest_authorization();
    bool has_attempt(GatewayStep step, std::string_view intent);
    void settle(GatewayStep step, std::string_view intent, AttemptState state,
                const std::string& reason);
    void recognise(const std::string& key, const std::string& intent);

    void hear_no_outcome(PaymentAttempt& attempt, const GatewayReported& report);
    void hear_capture_answer(PaymentAttempt& attempt, const GatewayReported& report,
                             const GatewayAnswer& answer);
    void hear_cancel_answer(PaymentAttempt& attempt, const GatewayReported& report,
                            const GatewayAnswer& answer);
    void hear_refund_answer(PaymentAttempt& attempt, const GatewayReported& report,
                            const GatewayAnswer& answer);
    void decline_refund(PaymentAttempt& attempt, const std::string& reason);

    void hear_authorized(const std::string& intent);
    void hear_requires_action(const GatewayAnswer& facts, bool own_answer);
    void hear_declined(const GatewayAnswer& facts);
    void hear_cancelled(const std::string& intent, const std::string& reason);
    void hear_captured(const GatewayAnswer& facts);
    void hear_stray(const GatewayAnswer& facts);
    void hear_refunds(const std::string& intent, const GatewayAnswer& facts);

    StrayCharge* find_stray(std::string_view intent);
    Amount captured_of(std::string_view intent);
    Amount& refunded_of(std::string_view intent);
    void start_refund(const std::string& intent);
    void start_refund_attempt(Refund& refund);
    void settle_refund(PaymentAttempt& attempt);
    void record_refund(Refund& refund);
    void end_attempts_of_captured(const std::string& intent);
    void refund_owed(const std::string& intent, Amount amount, std::string reason);
    RefundId derived_refund_id();
    Refund* find_given_up(const std::string& intent, Amount amount);
    void look_up_once(const std::string& key);

    const Order& before_;
    OrderChange change_;
    TimePoint now_;
    const PaymentPolicy& policy_;
    bool units_lost_{false};
};

/// Units of an order that refunds have not put back on the shelf already.
std::vector<std::pair<StockKey, std::int64_t>> units_to_restock(const Order& order);

}  // namespace souk
