#include "tests/support/fake_gateway.hpp"

#include <algorithm>

namespace souk {

Result<void> FakeGateway::admits(PaymentMethod, Amount, Currency) {
    if (!open) return Error{ErrorCode::unavailable, "the gateway does not answer", {}, 15};
    return {};
}

void FakeGateway::ask(PaymentMethod, GatewayRequest request,
                      std::function<void(GatewayAnswer)> answered) {
    asked.push_back(request);
    waiting_.emplace_back(std::move(request), std::move(answered));
}

bool FakeGateway::step() {
    if (silent || waiting_.empty()) return false;
    auto [request, answered] = std::move(waiting_.front());
    waiting_.pop_front();
    const auto line = lines.empty() ? Line::good : lines.front();
    if (!lines.empty()) lines.pop_front();
    if (line == Line::closed) {
        answered({.status = GatewayStatus::unavailable, .reason = "connection refused"});
    } else if (line == Line::request_lost) {
        answered({.status = GatewayStatus::unknown, .reason = "time-out"});
    } else {
        auto answer = perform(request);
        if (line == Line::answer_lost)
            answer = {.status = GatewayStatus::unknown, .reason = "time-out"};
        answered(std::move(answer));
    }
    return true;
}

GatewayAnswer FakeGateway::perform(const GatewayRequest& request) {
    if (request.step == GatewayStep::look_up) return look_up(request);
    const auto [place, fresh] = answers_.emplace(request.idempotency_key, GatewayAnswer{});
    if (fresh) place->second = do_it(request);
    return place->second;
}

GatewayAnswer FakeGateway::do_it(const GatewayRequest& request) {
    if (request.step == GatewayStep::authorize) {
        if (request.method == "declined")
            return {.status = GatewayStatus::declined, .reason = "insufficient_funds"};
        Intent intent{.id = "pi_" + std::to_string(intents.size() + 1),
                      .order_id = request.order_id,
                      .authorized = request.amount};
        intent.needs_buyer = request.method == "needs_buyer";
        const auto& kept = intents.emplace(intent.id, intent).first->second;
        return answer_of(
            kept, kept.needs_buyer ? GatewayStatus::requires_action : GatewayStatus::authorized);
    }
    const auto found = intents.find(request.intent);
    if (found == intents.end()) return {.status = GatewayStatus::declined, .reason = "no intent"};
    auto& intent = found->second;
    switch (request.step) {
        case GatewayStep::confirm:
            intent.needs_buyer = false;
            return answer_of(intent, GatewayStatus::authorized);
        case GatewayStep::capture:
            if (intent.cancelled || (intent.captured > 0 && !captures_again))
                return answer_of(intent, GatewayStatus::declined);
            intent.captured += request.amount;
            return answer_of(intent, GatewayStatus::captured);
        case GatewayStep::cancel:
            if (intent.captured > 0) return answer_of(intent, GatewayStatus::declined);
            intent.cancelled = true;
            return answer_of(intent, GatewayStatus::cancelled);
        case GatewayStep::refund:
            if (intent.refunded + request.amount > intent.captured)
                return answer_of(intent, GatewayStatus::declined);
            intent.refunded += request.amount;
            return answer_of(intent, GatewayStatus::refunded);
        case GatewayStep::authorize:
        case GatewayStep::look_up:
            break;
    }
    return {};
}

GatewayAnswer FakeGateway::look_up(const GatewayRequest& request) const {
    if (const auto answer = answers_.find(request.idempotency_key); answer != answers_.end()) {
        if (answer->second.intent.empty()) return answer->second;
        return facts(answer->second.intent);
    }
    if (!request.intent.empty() && intents.contains(request.intent)) return facts(request.intent);
    return {.status = GatewayStatus::not_found};
}

GatewayAnswer FakeGateway::facts(const std::string& id) const {
    const auto& intent = intents.at(id);
    auto status = GatewayStatus::authorized;
    if (intent.needs_buyer) status = GatewayStatus::requires_action;
    if (intent.cancelled) status = GatewayStatus::cancelled;
    if (intent.captured > 0) status = GatewayStatus::captured;
    if (intent.refunded > 0) status = GatewayStatus::refunded;
    return answer_of(intent, status);
}

GatewayAnswer FakeGateway::answer_of(const Intent& intent, GatewayStatus status) const {
    GatewayAnswer answer{.status = status, .intent = intent.id};
    answer.client_secret = intent.id + "_secret";
    answer.captured = intent.captured;
    answer.refunded = intent.refunded;
    return answer;
}

Amount FakeGateway::captured_of(const OrderId& order) const {
    Amount sum = 0;
    for (const auto& [id, intent] : intents)
        if (intent.order_id == order) sum += intent.captured;
    return sum;
}

Amount FakeGateway::refunded_of(const OrderId& order) const {
    Amount sum = 0;
    for (const auto& [id, intent] : intents)
        if (intent.order_id == order) sum += intent.refunded;
    return sum;
}

std::size_t FakeGateway::captures_of(const OrderId& order) const {
    return static_cast<std::size_t>(std::ranges::count_if(intents, [&](const auto& one) {
        return one.second.order_id == order && one.second.captured > 0;
    }));
}

}  // namespace souk
