#pragma once
// A gateway without an account and without money: every path of a payment can be tried by the token
// it is paid with (sandbox_cards.hpp). It keeps its own books, as a gateway does, so that losing an
// answer here loses nothing there; and it keeps to idempotency keys as Stripe does. Knows no clock
// but the one it is given, and no delay but those it is told.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.hpp"
#include "gateways/gateway.hpp"
#include "gateways/gateway_event.hpp"
#include "gateways/sandbox_books.hpp"
#include "gateways/sandbox_cards.hpp"

namespace souk {

struct SandboxOptions {
    std::string books_file;                            // empty: forgotten at the end of the process
    Duration decision_delay{std::chrono::seconds{5}};  // of cards that decide late
    Duration event_delay{std::chrono::seconds{1}};     // from a change to the event that tells it
    Duration event_retry_delay{std::chrono::seconds{10}};
    std::function<void()> before_answer;  // to take as long as a real gateway; may be empty
};

/// Money that was taken, for comparison with the books of whoever took it.
struct SandboxCapture {
    std::string intent;
    OrderId order_id;
    PaymentId payment_id;
    Currency currency;
    Amount captured{};
    Amount refunded{};
};

class SandboxGateway final : public PaymentGateway {
public:
    /// `clock` must outlive the gateway. Fails as SandboxBooks::open does.
    static Result<std::unique_ptr<SandboxGateway>> open(SandboxOptions options, const Clock& clock);

    std::string_view name() const override { return "sandbox"; }
    Result<void> accepts(Amount amount, Currency currency) const override;
    GatewayAnswer ask(const GatewayRequest& request, Deadline deadline) override;

    /// Events that are due, oldest first, at most so many. Those that `told` is not called for come
    /// again after `event_retry_delay`, after a restart too.
    std::vector<GatewayEvent> due_events(std::size_t limit = 100);
    void told(const std::string& event_id);
    /// When to look for events again; nothing while none is to come.
    std::optional<TimePoint> next_event_at() const;

    std::vector<SandboxCapture> captures() const;

    /// Forgets up to `limit` payments that nothing has happened to since then, nor is to happen.
    /// How many went; `unavailable` as SandboxBooks::enter.
    Result<std::size_t> forget(TimePoint before, std::size_t limit);

private:
    SandboxGateway(SandboxOptions options, const Clock& clock, std::unique_ptr<SandboxBooks> books);

    GatewayAnswer look_up(const GatewayRequest& request) const;
    GatewayAnswer execute(const GatewayRequest& request, const SandboxCard* card);
    GatewayAnswer record(const GatewayRequest& request, GatewayAnswer answer,
                         std::optional<SandboxIntent> next, std::vector<GatewayEventKind> news);
    std::optional<GatewayAnswer> trouble(const GatewayRequest& request, const SandboxCard& card);
    void decide_late_ones();

    const SandboxOptions options_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::unique_ptr<SandboxBooks> books_;
    std::map<std::string, int> tries_;  // by key; starts anew with the process
};

}  // namespace souk
