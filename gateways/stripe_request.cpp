#include "gateways/stripe_request.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "domain/payment.hpp"
#include "gateways/form.hpp"

namespace souk {
namespace {

constexpr std::size_t max_key = 255;       // docs.stripe.com/api/idempotent_requests
constexpr std::size_t max_metadata = 500;  // docs.stripe.com/api/metadata

bool is_word(std::string_view text, std::string_view also, std::size_t longest) {
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || also.find(c) != also.npos;
    });
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

Result<void> check(const GatewayRequest& request) {
    if (!is_word(request.idempotency_key, "_-:.", max_key))
        return refuse(ErrorCode::internal, "the idempotency key is not one of ours");
    if (!request.intent.empty() && !is_word(request.intent, "_", max_key))
        return refuse(ErrorCode::internal, "the intent is not one of Stripe's");
    if (request.customer_email.size() > max_metadata)
        return refuse(ErrorCode::internal, "the e-mail address is too long");
    return {};
}

bool moves_an_amount(GatewayStep step) {
    return step == GatewayStep::authorize || step == GatewayStep::capture ||
           step == GatewayStep::refund;
}

StripeRequest authorize(const GatewayRequest& request) {
    return {.path = "/v1/payment_intents",
            .form = form_of({{"amount", std::to_string(request.amount)},
                             {"currency", lower_case(request.currency.text())},
                             {"payment_method", request.method},
                             {"payment_method_types[]", "card"},
                             {"confirmation_method", "manual"},
                             {"capture_method", "manual"},
                             {"confirm", "true"},
                             {"use_stripe_sdk", "true"},  // Stripe.js asks the buyer what is needed
                             {"metadata[orderId]", to_text(request.order_id)},
                             {"metadata[paymentId]", to_text(request.payment_id)},
                             {"metadata[customerEmail]", request.customer_email},
                             {"metadata[idempotencyKey]", request.idempotency_key}})};
}

StripeRequest of_intent(const GatewayRequest& request) {
    const auto path = "/v1/payment_intents/" + request.intent;
    switch (request.step) {
        case GatewayStep::confirm:
            return {.path = path + "/confirm", .form = form_of({{"use_stripe_sdk", "true"}})};
        case GatewayStep::capture:
            return {.path = path + "/capture",
                    .form = form_of({{"amount_to_capture", std::to_string(request.amount)},
                                     {"expand[]", "latest_charge.balance_transaction"}})};
        case GatewayStep::cancel:
            return {.path = path + "/cancel", .form = {}};
        case GatewayStep::refund:
            return {.path = "/v1/refunds",
                    .form = form_of({{"payment_intent", request.intent},
                                     {"amount", std::to_string(request.amount)},
                                     {"metadata[orderId]", to_text(request.order_id)},
                                     {"metadata[idempotencyKey]", request.idempotency_key},
                                     {"expand[]", "charge"}})};
        case GatewayStep::authorize:
        case GatewayStep::look_up:
            break;
    }
    return {.method = "GET",
            .path = path + "?" + form_of({{"expand[]", "latest_charge.balance_transaction"}}),
            .form = {}};
}

}  // namespace

Result<void> stripe_accepts(Amount amount, Currency currency) {
    if (amount <= 0 || amount > max_amount)
        return refuse(ErrorCode::unprocessable, "amount", "must be more than nothing");
    return can_be_taken_by(PaymentMethod::stripe, amount, currency);
}

Result<StripeRequest> stripe_request(const GatewayRequest& request) {
    if (const auto fine = check(request); !fine) return fine.error();
    if (moves_an_amount(request.step)) {
        const auto accepted = stripe_accepts(request.amount, request.currency);
        if (!accepted) return accepted.error();
    }
    if (request.step == GatewayStep::authorize) {
        if (!is_word(request.method, "_", max_key))
            return refuse(ErrorCode::unprocessable, "paymentMethodId", "is not one of Stripe's");
        return authorize(request);
    }
    if (request.intent.empty()) return refuse(ErrorCode::internal, "the intent is not known");
    return of_intent(request);
}

Result<StripeRequest> stripe_repeat(const GatewayRequest& look_up) {
    auto repeated = look_up;
    repeated.step = GatewayStep::authorize;
    return stripe_request(repeated);
}

Result<StripeRequest> stripe_search(const GatewayRequest& look_up) {
    if (const auto fine = check(look_up); !fine) return fine.error();
    const auto query = "metadata['idempotencyKey']:'" + look_up.idempotency_key + "'";
    return StripeRequest{
        .method = "GET",
        .path = "/v1/payment_intents/search?" + form_of({{"query", query}, {"limit", "1"}}),
        .form = {}};
}

}  // namespace souk
