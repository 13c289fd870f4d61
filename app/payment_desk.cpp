#include "app/payment_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace souk {
namespace {

/// An admitted payment whose authorisation has not come by then never will.
constexpr Duration promise_time = std::chrono::seconds{2};
constexpr Duration shortest_wait = std::chrono::seconds{1};

GatewayAnswer not_asked(const GatewayRequest& request, const char* why, Duration wait) {
    return {
        .status = GatewayStatus::not_asked, .intent = request.intent, .reason = why, .wait = wait};
}

Error come_back(std::string why, Duration wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return {ErrorCode::unavailable,
            std::move(why),
            {},
            static_cast<int>(std::max<std::int64_t>(seconds, 1))};
}

}  // namespace

PaymentDesk::PaymentDesk(const Clock& clock, const PaymentDeskSettings& settings)
    : clock_(clock), settings_(settings) {}

PaymentDesk::~PaymentDesk() { stop(); }

void PaymentDesk::add(PaymentMethod method, PaymentGateway& gateway) {
    counters_[static_cast<std::size_t>(method)] = std::make_unique<Counter>(gateway, settings_);
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
    if (counter->breaker.state != BreakerState::closed && wait > Duration::zero())
        return come_back("this way to pay does not answer at the moment; others do", wait);
    return room_at(*counter);
}

// Those admitted a moment ago count as waiting: a burst is over before the first of it is asked.
Result<void> PaymentDesk::room_at(Counter& counter) {
    const auto now = clock_.now();
    auto& promised = counter.promised;
    while (!promised.empty() && promised.front() + promise_time <= now) promised.pop_front();
    const auto outlook = counter.pool.outlook(promised.size());
    if (outlook.full || outlook.wait > settings_.answer_time / 2)
        return come_back("too many pay this way at the moment", outlook.wait);
    promised.push_back(now);
    return {};
}

/// Half-open, a probe is out: it ends sooner than its time is up.
Duration PaymentDesk::wait_of(const Breaker& breaker) const {
    return std::clamp(breaker.until - clock_.now(), shortest_wait,
                      std::max(settings_.breaker.open_time, shortest_wait));
}

/// How long to wait when the breaker does not let this call out.
std::optional<Duration> PaymentDesk::held_back(Counter& counter, GatewayStep step) {
    const std::lock_guard lock(counter.mutex);
    if (step == GatewayStep::authorize && !counter.promised.empty()) counter.promised.pop_front();
    const auto admission = souk::admit(counter.breaker, settings_.breaker, clock_.now());
    counter.breaker = admission.next;
    if (admission.admitted) return std::nullopt;
    return wait_of(counter.breaker);
}

// A decline is an answer, and a call that was not sent is none; only silence and trouble below
// count against a gateway. What fails while its breaker is open is the outage's, not the step's.
void PaymentDesk::count(Counter& counter, GatewayAnswer& answer) {
    const bool failed =
        answer.status == GatewayStatus::unavailable || answer.status == GatewayStatus::unknown;
    const std::lock_guard lock(counter.mutex);
    const auto before = counter.breaker.state;
    if (answer.status == GatewayStatus::not_asked) {
        counter.breaker = after_no_call(counter.breaker, clock_.now());
        answer.wait = std::max(counter.pool.outlook(0).wait, shortest_wait);
        return;
    }
    counter.breaker = failed ? after_failure(counter.breaker, settings_.breaker, clock_.now())
                             : after_success(counter.breaker);
    const bool closed = counter.breaker.state == BreakerState::closed;
    if (failed && !closed) answer.wait = wait_of(counter.breaker);
    if (counter.breaker.state != before)
        spdlog::warn("{}: the circuit breaker is {}", counter.gateway.name(),
                     closed ? "closed" : "open");
}

void PaymentDesk::ask(PaymentMethod method, GatewayRequest request,
                      std::function<void(GatewayAnswer)> answered) {
    auto* counter = counter_of(method);
    if (counter == nullptr)  // for an operator: it was there when the payment was begun
        return answered({.status = request.step == GatewayStep::look_up
                                       ? GatewayStatus::unknown
                                       : GatewayStatus::unavailable,
                         .intent = request.intent,
                         .reason = "no such gateway"});
    if (const auto wait = held_back(*counter, request.step))
        return answered(not_asked(request, "the circuit breaker is open", *wait));
    auto refusal = not_asked(request, "too many calls wait", {});
    const auto now = settings_.now();
    const auto finish = [this, counter, answered](GatewayAnswer answer) {
        count(*counter, answer);
        answered(std::move(answer));
    };
    if (!counter->pool.submit(std::move(request), now + settings_.answer_time / 2,
                              now + settings_.answer_time, finish))
        finish(std::move(refusal));
}

std::optional<BreakerState> PaymentDesk::breaker_of(PaymentMethod method) const {
    const auto* counter = counter_of(method);
    if (counter == nullptr) return std::nullopt;
    const std::lock_guard lock(counter->mutex);
    return counter->breaker.state;
}

}  // namespace souk
