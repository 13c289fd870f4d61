#include "gateways/stripe.hpp"

#include "gateways/stripe_answer.hpp"
#include "gateways/stripe_request.hpp"

namespace souk {
namespace {

using namespace std::chrono_literals;

/// Stripe keeps keys for at least 24 hours; an hour is left for clocks that differ.
constexpr auto key_is_kept_for = 23h;
/// After this a search sees all there is to see, even behind an index that lags an hour.
constexpr auto search_is_complete_after = 25h;

/// A payment's id says when it was begun: RFC 9562, milliseconds in the first 48 bits.
TimePoint begun_at(const PaymentId& id) {
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds * 256 + id.uuid.bytes[i];
    return TimePoint{std::chrono::milliseconds{milliseconds}};
}

GatewayAnswer refused(const GatewayRequest& request, const Error& error) {
    const bool is_token =
        !error.details.empty() && error.details.front().field == "paymentMethodId";
    return {.status = GatewayStatus::declined,
            .intent = request.intent,
            .reason = is_token ? std::string{invalid_payment_method} : error.message};
}

bool is_clear(const GatewayAnswer& answer) { return answer.status != GatewayStatus::unknown; }

}  // namespace

StripeGateway::StripeGateway(StripeOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), client_(options_.http) {}

Result<void> StripeGateway::check(const StripeOptions& options) {
    const auto& key = options.secret_key;
    if (!key.starts_with("sk_") && !key.starts_with("rk_"))
        return refuse(ErrorCode::invalid_input, "secret_key", "must begin with sk_ or rk_");
    if (key.find_first_of(" \t\r\n") != std::string::npos)
        return refuse(ErrorCode::invalid_input, "secret_key", "must not hold white space");
    if (!is_safe_address(options.api_base) || options.api_base.ends_with('/'))
        return refuse(ErrorCode::invalid_input, "api_base",
                      "must be https (http on this machine only), without a slash at its end");
    return {};
}

Result<void> StripeGateway::accepts(Amount amount, Currency currency) const {
    return stripe_accepts(amount, currency);
}

GatewayAnswer StripeGateway::ask(const GatewayRequest& request, Deadline deadline) {
    if (request.step == GatewayStep::look_up && request.intent.empty())
        return look_up_by_key(request, deadline);
    const auto call = stripe_request(request);
    if (!call) return refused(request, call.error());
    return stripe_answer(request, send(*call, request.idempotency_key, deadline));
}

// An authorization of which we have no intent. Its repetition under the same key is what Stripe
// documents for an answer that was lost: it gives the first answer again or, if the first request
// never arrived, runs it now. So this look-up may authorise, and whoever asks must be ready to keep
// or cancel that. Once the key may have been forgotten, or when what is kept under it is an error
// of Stripe's own, the metadata is searched.
GatewayAnswer StripeGateway::look_up_by_key(const GatewayRequest& request, Deadline deadline) {
    const auto age = clock_.now() - begun_at(request.payment_id);
    if (age < key_is_kept_for) {
        const auto call = stripe_repeat(request);
        if (!call) return refused(request, call.error());
        const auto reply = send(*call, request.idempotency_key, deadline);
        auto answer = stripe_answer(request, reply);
        if (is_clear(answer) || reply.outcome != HttpOutcome::answered) return answer;
    }
    const auto call = stripe_search(request);
    if (!call) return refused(request, call.error());
    auto answer = stripe_answer(request, send(*call, {}, deadline));
    if (answer.status == GatewayStatus::not_found && age < search_is_complete_after)
        answer.status = GatewayStatus::unknown;
    return answer;
}

HttpReply StripeGateway::send(const StripeRequest& request, const std::string& key,
                              Deadline deadline) {
    HttpCall call{.method = request.method,
                  .url = options_.api_base + request.path,
                  .headers = {"Authorization: Bearer " + options_.secret_key,
                              "Stripe-Version: " + std::string(stripe_version)},
                  .body = request.form};
    if (request.method == "POST") {
        call.headers.push_back("Idempotency-Key: " + key);
        call.headers.emplace_back("Content-Type: application/x-www-form-urlencoded");
        call.headers.emplace_back("Expect:");  // no waiting for a 100
    }
    return client_.send(call, deadline);
}

}  // namespace souk
