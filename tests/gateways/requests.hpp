#pragma once
// Requests to gateways as tests need them: one order, one payment, 12.99 dollars.

#include <chrono>
#include <string>

#include "gateways/gateway.hpp"

namespace souk {

inline const TimePoint noon = *parse_rfc3339("2026-01-15T12:00:00Z");
inline const OrderId some_order{uuid_v7(noon, 1, 2)};
inline const PaymentId some_payment{uuid_v7(noon, 3, 4)};

/// Far enough to never be met.
inline Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::minutes{1}; }

inline GatewayRequest authorization(std::string method, std::string_view number = "1") {
    return {.step = GatewayStep::authorize,
            .idempotency_key = to_text(some_order) + ":" + std::string(number) + ":authorize",
            .order_id = some_order,
            .payment_id = some_payment,
            .amount = 1'299,
            .currency = *parse_currency("USD"),
            .method = std::move(method),
            .customer_email = "buyer@example.com"};
}

inline GatewayRequest step_of(GatewayStep step, std::string intent, Amount amount,
                              std::string_view number = "2") {
    auto request = authorization({});
    request.step = step;
    request.idempotency_key = to_text(some_order) + ":" + std::string(number);
    request.intent = std::move(intent);
    request.amount = amount;
    return request;
}

/// Of the authorization, by its key and facts.
inline GatewayRequest look_up_of(GatewayRequest request, std::string intent = {}) {
    request.step = GatewayStep::look_up;
    request.intent = std::move(intent);
    return request;
}

}  // namespace souk
