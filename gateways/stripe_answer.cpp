#include "gateways/stripe_answer.hpp"

#include <optional>
#include <string>

#include "gateways/stripe_charge.hpp"
#include "protocol/json_path.hpp"

namespace souk {
namespace {

GatewayAnswer plain(GatewayStatus status, std::string reason) {
    return {.status = status, .reason = std::move(reason)};
}

GatewayAnswer unreadable() {
    return plain(GatewayStatus::unknown, "Stripe's answer is unreadable");
}

std::optional<GatewayStatus> status_of_intent(std::string_view status) {
    if (status == "requires_action") return GatewayStatus::requires_action;
    if (status == "requires_confirmation") return GatewayStatus::requires_action;
    if (status == "requires_payment_method") return GatewayStatus::declined;
    if (status == "processing") return GatewayStatus::processing;
    if (status == "requires_capture") return GatewayStatus::authorized;
    if (status == "canceled") return GatewayStatus::cancelled;
    if (status == "succeeded") return GatewayStatus::captured;
    return std::nullopt;
}

GatewayStatus status_of_refund(std::string_view status) {
    if (status == "succeeded") return GatewayStatus::refunded;
    if (status == "pending" || status == "requires_action") return GatewayStatus::processing;
    return GatewayStatus::declined;  // failed, canceled
}

/// The most telling of an error's words.
std::string reason_of(JsonValue error) {
    for (const auto name : {"decline_code", "code", "type"}) {
        if (auto word = text_at(error, {name}); !word.empty()) return word;
    }
    return "Stripe gave no reason";
}

/// In the currency of the account it is paid out to, which need not be the payment's.
Amount fee_of(JsonValue intent) {
    const auto transaction = find_at(intent, {"latest_charge", "balance_transaction"});
    if (!transaction || text_at(*transaction, {"currency"}) != text_at(intent, {"currency"}))
        return 0;
    return amount_at(*transaction, {"fee"}).value_or(0);
}

GatewayAnswer read_intent(JsonValue intent, const GatewayRequest& request) {
    const auto text = text_at(intent, {"status"});
    const auto status = status_of_intent(text);
    GatewayAnswer answer;
    answer.intent = text_at(intent, {"id"});
    const bool anothers = !request.intent.empty() && answer.intent != request.intent;
    if (!status || answer.intent.empty() || anothers) return unreadable();
    answer.status = *status;
    answer.client_secret = text_at(intent, {"client_secret"});
    answer.reference = id_at(intent, {"latest_charge"});
    answer.captured = amount_at(intent, {"amount_received"}).value_or(0);
    const auto charge = find_at(intent, {"latest_charge"});
    if (charge) answer.refunded = refunded_of_charge(*charge);
    answer.fee = fee_of(intent);
    if (text == "requires_confirmation") answer.reason = text;
    if (answer.status == GatewayStatus::declined) {
        const auto error = find_at(intent, {"last_payment_error"});
        answer.reason = error && error->is_object() ? reason_of(*error) : text;
    }
    const bool all_back = answer.captured > 0 && answer.refunded >= answer.captured;
    if (request.step == GatewayStep::look_up && all_back) answer.status = GatewayStatus::refunded;
    return answer;
}

GatewayAnswer read_refund(JsonValue refund, const GatewayRequest& request) {
    GatewayAnswer answer;
    answer.status = status_of_refund(text_at(refund, {"status"}));
    answer.intent = request.intent;
    answer.reference = text_at(refund, {"id"});
    if (const auto charge = find_at(refund, {"charge"})) {
        answer.captured = captured_of_charge(*charge);
        answer.refunded = refunded_of_charge(*charge);
    }
    answer.reason = text_at(refund, {"failure_reason"});
    return answer;
}

GatewayAnswer read_found(JsonValue found, const GatewayRequest& request) {
    const auto list = find_at(found, {"data"});
    if (!list || !list->is_array()) return unreadable();
    if (list->size() == 0) return plain(GatewayStatus::not_found, "Stripe knows no such payment");
    return read_intent(list->item(0), request);
}

GatewayAnswer read_success(JsonValue root, const GatewayRequest& request) {
    const auto object = text_at(root, {"object"});
    if (object == "payment_intent") return read_intent(root, request);
    if (object == "refund" && request.step == GatewayStep::refund)
        return read_refund(root, request);
    if (object == "search_result") return read_found(root, request);
    return unreadable();
}

GatewayAnswer read_refusal(JsonValue error, int status, const GatewayRequest& request) {
    const auto intent = find_at(error, {"payment_intent"});
    const auto reason = reason_of(error);
    if (text_at(error, {"type"}) == "idempotency_error")
        return plain(GatewayStatus::unknown, reason);
    if (text_at(error, {"code"}) == "payment_intent_unexpected_state" && intent) {
        auto answer = read_intent(*intent, request);
        if (answer.reason.empty()) answer.reason = reason;
        return answer;
    }
    if (status == 404 && request.step == GatewayStep::look_up)
        return plain(GatewayStatus::not_found, reason);
    const bool no_such_method = text_at(error, {"type"}) == "invalid_request_error" &&
                                text_at(error, {"param"}) == "payment_method";
    auto answer = plain(GatewayStatus::declined,
                        no_such_method ? std::string{invalid_payment_method} : reason);
    answer.intent = intent ? text_at(*intent, {"id"}) : request.intent;
    answer.reference = text_at(error, {"charge"});
    return answer;
}

GatewayAnswer read_answer(const GatewayRequest& request, const HttpReply& reply) {
    const auto document = JsonDocument::parse(reply.body);
    std::optional<JsonValue> error;
    if (document) error = find_at(document->root(), {"error"});
    if (error && !error->is_object()) error.reset();
    const auto words = [&] { return error ? reason_of(*error) : "no reason given"; };

    switch (reply.status) {
        case 200:
        case 201:
            return document ? read_success(document->root(), request) : unreadable();
        case 400:
        case 402:
        case 404:
            return error ? read_refusal(*error, reply.status, request) : unreadable();
        case 401:
        case 403:
            return plain(GatewayStatus::unavailable, "Stripe refuses our key: " + words());
        case 429:
            return plain(GatewayStatus::unavailable, "Stripe has too much to do: " + words());
        default:
            break;
    }
    return plain(GatewayStatus::unknown, std::to_string(reply.status) + ": " + words());
}

}  // namespace

GatewayAnswer stripe_answer(const GatewayRequest& request, const HttpReply& reply) {
    auto answer = reply.outcome == HttpOutcome::answered ? read_answer(request, reply)
                  : reply.outcome == HttpOutcome::not_sent
                      ? plain(GatewayStatus::unavailable, reply.problem)
                      : plain(GatewayStatus::unknown, reply.problem);
    if (answer.intent.empty()) answer.intent = request.intent;
    if (answer.status == GatewayStatus::unavailable && request.step == GatewayStep::look_up)
        answer.status = GatewayStatus::unknown;
    const bool unclear =
        answer.status == GatewayStatus::unknown || answer.status == GatewayStatus::unavailable;
    if (unclear && !reply.request_id.empty()) answer.reason += " (" + reply.request_id + ")";
    return answer;
}

}  // namespace souk
