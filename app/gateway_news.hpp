#pragma once
// Brings what gateways tell of their own accord to the orders it is about: Stripe's webhooks, and
// the events of the built-in sandbox, which needs no HTTP for that.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "actors/entity_system.hpp"
#include "gateways/gateway_event.hpp"
#include "gateways/sandbox.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

struct WebhookSettings {
    std::vector<std::string> stripe_secrets;  // several while one is being replaced
    Duration tolerance{std::chrono::seconds{300}};
    bool live{false};  // is our key for real money? Events of the other kind are not ours
};

class GatewayNews final : public Webhooks {
public:
    GatewayNews(EntitySystem& entities, ReadPool& reads, const Clock& clock,
                WebhookSettings settings)
        : entities_(entities), reads_(reads), clock_(clock), settings_(std::move(settings)) {}

    void stripe(std::string signature, std::string body, Reply reply) override;

    /// Answers 200 once the event's effect is durable, and for one that has no effect or came
    /// before.
    void tell(PaymentMethod gateway, GatewayEvent event, Reply reply);

    /// Genuine events that are about somebody else's money.
    std::int64_t ignored() const { return ignored_; }

private:
    void ignore(PaymentMethod gateway, const GatewayEvent& event, std::string_view why,
                Reply reply);
    void find_order(PaymentMethod gateway, GatewayEvent event, Reply reply);
    void tell_order(const OfTenant<OrderId>& id, PaymentMethod gateway, const GatewayEvent& event,
                    Reply reply);
    void record(const TenantId& tenant, PaymentMethod gateway, const GatewayEvent& event,
                Reply reply);

    EntitySystem& entities_;
    ReadPool& reads_;
    const Clock& clock_;
    const WebhookSettings settings_;
    std::atomic<std::int64_t> ignored_{0};
};

/// Carries the sandbox's events over, on a thread of its own.
class SandboxPostman {
public:
    SandboxPostman(SandboxGateway& sandbox, GatewayNews& news);
    ~SandboxPostman() { stop(); }
    void start();
    void stop();

private:
    void run();

    SandboxGateway& sandbox_;
    GatewayNews& news_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_{false};
    std::thread thread_;
};

}  // namespace souk
