#include "app/payment_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace souk {
namespace {

/// A look-up that was not made leaves its step in doubt.
GatewayAnswer not_asked(const GatewayRequest& request, const char* why) {
    return {.status = request.step == GatewayStep::look_up ? GatewayStatus::unknown
                                                           : GatewayStatus::unavailable,
            .intent = request.intent,
            .reason = why};
}

}  // namespace

PaymentDesk::PaymentDesk(const Clock& clock, const PaymentDeskSettings& settings)
    : clock_(clock), settings_(settings) {}

PaymentDesk::~PaymentDesk() { stop(); }

void PaymentDesk::add(PaymentMethod method, PaymentGateway& gateway) {
    counters_[static_cast<std::size_t>(method)] =
        std::make_unique<Counter>(gateway, settings_.threads, settings_.queue);
}

void PaymentDesk::stop() {
    for (auto& counter : counters_)
        if (counter) counter->pool.stop();
}

PaymentDesk::Counter* PaymentDesk::counter_of(PaymentMethod method) const {
    return counters_[static_cast<std::size_t>(method)].get();
}

Result<void> PaymentDesk::admits(PaymentMethod method, Amount amount, Currency currency) {
    auto* counter = counter_of(method);
    if (counter == nullptr)
        return refuse(ErrorCode::unprocessable, "paymentMethod", "is not offered");
    if (auto accepted = counter->gateway.accepts(amount, currency); !accepted) return accepted;
    const std::lock_guard lock(counter->mutex);
    const auto wait = counter->breaker.until - clock_.now();
    if (counter->breaker.state == BreakerState::closed || wait <= Duration::zero()) return {};
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return Error{ErrorCode::unavailable,
                 "this way to pay does not answer at the moment; others do",
                 {},
                 static_cast<int>(std::max<std::int64_t>(seconds, 1))};
}

bool PaymentDesk::admit_call(Counter& counter) {
    const std::lock_guard lock(counter.mutex);
    const auto admission = souk::admit(counter.breaker, settings_.breaker, clock_.now());
    counter.breaker = admission.next;
    return admission.admitted;
}

// A decline is an answer; only silence and trouble below count against a gateway.
void PaymentDesk::count(Counter& counter, GatewayStatus status) {
    const bool failed = status == GatewayStatus::unavailable || status == GatewayStatus::unknown;
    const std::lock_guard lock(counter.mutex);
    const auto before = counter.breaker.state;
    counter.breaker = failed ? after_failure(counter.breaker, settings_.breaker, clock_.now())
                             : after_success(counter.breaker);
    if (counter.breaker.state != before)
        spdlog::warn("{}: the circuit breaker is {}", counter.gateway.name(),
                     counter.breaker.state == BreakerState::closed ? "closed" : "open");
}

void PaymentDesk::ask(PaymentMethod method, GatewayRequest request,
                      std::function<void(GatewayAnswer)> answered) {
    auto* counter = counter_of(method);
    if (counter == nullptr) return answered(not_asked(request, "no such gateway"));
    if (!admit_call(*counter)) return answered(not_asked(request, "the circuit breaker is open"));
    auto refusal = not_asked(request, "too many calls wait");
    const auto deadline = std::chrono::steady_clock::now() + settings_.answer_time;
    const bool taken = counter->pool.submit(std::move(request), deadline,
                                            [this, counter, answered](GatewayAnswer answer) {
                                                count(*counter, answer.status);
                                                answered(std::move(answer));
                                            });
    if (taken) return;
    count(*counter, GatewayStatus::unavailable);
    answered(std::move(refusal));
}

std::optional<BreakerState> PaymentDesk::breaker_of(PaymentMethod method) const {
    const auto* counter = counter_of(method);
    if (counter == nullptr) return std::nullopt;
    const std::lock_guard lock(counter->mutex);
    return counter->breaker.state;
}

}  // namespace souk
