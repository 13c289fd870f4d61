#include "protocol/payment_json.hpp"

#include "protocol/order_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {

IntentStatus intent_status_of(PaymentState state) {
    switch (state) {
        case PaymentState::pending:
        case PaymentState::failed:
            return IntentStatus::requires_payment_method;
        case PaymentState::requires_action:
            return IntentStatus::requires_action;
        // That money is held before it is taken is between us and the gateway.
        case PaymentState::processing:
        case PaymentState::authorized:
            return IntentStatus::processing;
        case PaymentState::paid:
        case PaymentState::partially_refunded:
        case PaymentState::refunded:
            return IntentStatus::succeeded;
        case PaymentState::voided:
            return IntentStatus::canceled;
    }
    return IntentStatus::processing;
}

std::string paid_order_json(const Order& order) {
    const auto json = order_json(order);
    return write_json(PaidOrder{{*order.payment}, {json}}, json.size() + 256);
}

std::string confirmed_order_json(const Order& order) {
    const auto json = order_json(order);
    return write_json(ConfirmedOrder{{json}}, json.size() + 32);
}

std::string refunded_order_json(const Refund& refund, const Order& order) {
    const auto json = order_json(order);
    return write_json(RefundedOrder{refund, {json}}, json.size() + 512);
}

std::string refunds_json(const std::vector<Refund>& refunds) { return write_json(refunds); }

std::string stuck_json(StuckPage page, const PageQuery& query) {
    const Pagination pagination{query.page, query.limit, page.total};
    return write_json(Page<StuckAttempt>{std::move(page.rows), pagination}, 4096);
}

std::string webhook_received_json() { return write_json(WebhookReceived{}); }

}  // namespace souk
