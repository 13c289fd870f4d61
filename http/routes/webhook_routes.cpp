#include <string>

#include "http/routes/routes.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/payment_json.hpp"

namespace souk {
namespace {

Task<Outcome> hear_stripe(Call& call);

/// Events are some kilobytes long; checking a signature takes time by the length of what is signed.
constexpr std::size_t max_event_bytes = 256 * 1024;

std::string event_schema(SchemaSet&) {
    return R"({"type":"object","required":["id","type","data"],"properties":{)"
           R"("id":{"type":"string"},"type":{"type":"string"},"data":{"type":"object"}},)"
           R"("additionalProperties":true})";
}
constexpr DtoInfo event_info{"StripeEvent", true, &event_schema, nullptr};

}  // namespace

void add_webhook_routes(Router& router) {
    using enum ErrorCode;
    // Its signature is the credential. All events come from a few addresses, so that a limit per
    // address would turn the gateway away, and each counts once by its own id, without a key.
    router.add({.method = Method::post,
                .pattern = "/webhooks/stripe",
                .handler = hear_stripe,
                .access = Access::everyone(),
                .doc = {.operation_id = "receiveStripeEvent",
                        .summary = "Hear an event from Stripe; the same one again is harmless",
                        .tag = "Webhooks",
                        .errors = {unauthenticated, payload_too_large, unprocessable},
                        .body = &event_info,
                        .answer = &dto_info<WebhookReceived>,
                        .request_headers = {"Stripe-Signature"}},
                .rate = RateClass::unlimited,
                .takes_key = false});
}

namespace {

Task<Outcome> hear_stripe(Call& call) {
    const auto& request = call.request();
    if (request.body.size() > max_event_bytes)
        co_return refuse(ErrorCode::payload_too_large, "no event is that large");
    if (!request.has_header("stripe-signature"))
        co_return refuse(ErrorCode::invalid_input, "Stripe-Signature", "is required");
    std::string signature{request.header("stripe-signature")};
    const auto heard = co_await call.wait<Outcome>([&](Reply reply) {
        call.services().webhooks.stripe(std::move(signature), request.body, std::move(reply));
    });
    if (!heard) co_return heard.error();
    co_return Answer{.body = webhook_received_json()};
}

}  // namespace
}  // namespace souk
