#include "gateways/cash_on_delivery.hpp"

namespace souk {
namespace {

GatewayStatus outcome_of(const GatewayRequest& request) {
    switch (request.step) {
        case GatewayStep::authorize:
        case GatewayStep::confirm:
            return GatewayStatus::authorized;
        case GatewayStep::capture:
            return GatewayStatus::captured;
        case GatewayStep::cancel:
            return GatewayStatus::cancelled;
        case GatewayStep::refund:
            return GatewayStatus::refunded;
        case GatewayStep::look_up:
            break;
    }
    return request.intent.empty() ? GatewayStatus::not_found : GatewayStatus::authorized;
}

}  // namespace

Result<void> CashOnDelivery::accepts(Amount amount, Currency) const {
    if (amount <= 0) return refuse(ErrorCode::unprocessable, "amount", "must be more than nothing");
    return {};
}

GatewayAnswer CashOnDelivery::ask(const GatewayRequest& request, Deadline) {
    GatewayAnswer answer{.status = outcome_of(request), .intent = request.intent};
    if (answer.status == GatewayStatus::not_found) return answer;
    if (answer.intent.empty()) answer.intent = "cash_" + to_text(request.payment_id);
    answer.reference = request.idempotency_key;
    if (answer.status == GatewayStatus::captured) answer.captured = request.amount;
    if (answer.status == GatewayStatus::refunded) answer.refunded = request.amount;
    return answer;
}

}  // namespace souk
