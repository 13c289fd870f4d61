#include "gateways/gateway_event.hpp"

namespace souk {
namespace {

std::optional<GatewayStatus> status_of(GatewayEventKind kind) {
    switch (kind) {
        case GatewayEventKind::payment_requires_action:
            return GatewayStatus::requires_action;
        case GatewayEventKind::payment_authorized:
            return GatewayStatus::authorized;
        case GatewayEventKind::payment_succeeded:
            return GatewayStatus::captured;
        case GatewayEventKind::payment_failed:
            return GatewayStatus::declined;
        case GatewayEventKind::payment_cancelled:
            return GatewayStatus::cancelled;
        case GatewayEventKind::payment_refunded:
            return GatewayStatus::refunded;
        case GatewayEventKind::dispute_opened:
        case GatewayEventKind::invoice_paid:
        case GatewayEventKind::subscription_created:
        case GatewayEventKind::subscription_updated:
        case GatewayEventKind::subscription_deleted:
        case GatewayEventKind::unsupported:
            break;
    }
    return std::nullopt;
}

}  // namespace

std::optional<GatewayAnswer> answer_of(const GatewayEvent& event) {
    const auto status = status_of(event.kind);
    if (!status) return std::nullopt;
    return GatewayAnswer{.status = *status,
                         .intent = event.intent,
                         .reference = event.charge,
                         .reason = event.reason,
                         .captured = event.captured,
                         .refunded = event.refunded};
}

}  // namespace souk
