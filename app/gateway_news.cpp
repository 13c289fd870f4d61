#include "app/gateway_news.hpp"

#include <spdlog/spdlog.h>

#include <memory>

#include "gateways/stripe_event.hpp"
#include "gateways/stripe_webhook.hpp"
#include "persistence/payment_repository.hpp"

namespace souk {
namespace {

constexpr std::chrono::milliseconds round{100};  // of the sandbox's postman

Result<void> check(SignatureCheck check) {
    switch (check) {
        case SignatureCheck::valid:
            return {};
        case SignatureCheck::malformed:
            return refuse(ErrorCode::invalid_input, "Stripe-Signature", "cannot be read");
        case SignatureCheck::mismatch:
            return refuse(ErrorCode::unauthenticated, "the signature is not by a secret of ours");
        case SignatureCheck::too_old:
        case SignatureCheck::too_new:
            return refuse(ErrorCode::unauthenticated, "the signature is not of this time");
    }
    return {};
}

GatewayEventRecord record_of(PaymentMethod gateway, const GatewayEvent& event) {
    return {gateway, event.id, event.type, event.order_id, event.created};
}

/// What is known of an event before it is told.
struct Known {
    bool event{false};               // it came before
    std::optional<TenantId> tenant;  // of the order that it names
};

Result<Known> find_known(Connection& db, PaymentMethod gateway, const GatewayEvent& event) {
    const auto before = has_gateway_event(db, gateway, event.id);
    if (!before) return before.error();
    if (*before || !event.order_id) return Known{*before, {}};
    const auto tenant = find_tenant_of_order(db, *event.order_id);
    if (!tenant) return tenant.error();
    return Known{false, *tenant};
}

bool is_about_payment(const GatewayEvent& event) {
    return answer_of(event).has_value() || event.kind == GatewayEventKind::dispute_opened;
}

}  // namespace

void GatewayNews::stripe(std::string signature, std::string body, Reply reply) {
    const auto checked = check(check_stripe_signature(signature, body, settings_.stripe_secrets,
                                                      clock_.now(), settings_.tolerance));
    if (!checked) return reply(checked.error());
    auto event = read_stripe_event(body);
    if (!event) return reply(event.error());
    if (event->kind == GatewayEventKind::unsupported)
        return reply(refuse(ErrorCode::unprocessable, "type", "is not an event we know"));
    if (event->live != settings_.live)
        return ignore(
            PaymentMethod::stripe, *event,
            event->live ? "it is live, our key is for tests" : "it is a test's, our key is live",
            std::move(reply));
    tell(PaymentMethod::stripe, std::move(*event), std::move(reply));
}

void GatewayNews::tell(PaymentMethod gateway, GatewayEvent event, Reply reply) {
    auto shared = std::make_shared<GatewayEvent>(std::move(event));
    reads_.read([gateway, shared](Connection& db) { return find_known(db, gateway, *shared); },
                [this, gateway, shared, reply](Result<Known> known) {
                    if (!known) return reply(known.error());
                    if (known->event) return reply(Answer{});
                    // Of an order we do not know: another shop's on this account, or of one not
                    // made yet.
                    const auto tenant = known->tenant.value_or(default_tenant);
                    if (!is_about_payment(*shared)) return record(tenant, gateway, *shared, reply);
                    if (shared->order_id)
                        return tell_order({tenant, *shared->order_id}, gateway, *shared, reply);
                    find_order(gateway, std::move(*shared), reply);
                });
}

void GatewayNews::find_order(PaymentMethod gateway, GatewayEvent event, Reply reply) {
    auto shared = std::make_shared<GatewayEvent>(std::move(event));
    reads_.read([gateway, shared](
                    Connection& db) { return find_order_of_intent(db, gateway, shared->intent); },
                [this, gateway, shared, reply](Result<std::optional<OfTenant<OrderId>>> id) {
                    if (!id) return reply(id.error());
                    if (!*id)
                        return record(default_tenant, gateway, *shared,
                                      reply);  // of another shop on this account
                    tell_order(**id, gateway, *shared, reply);
                });
}

void GatewayNews::tell_order(const OfTenant<OrderId>& id, PaymentMethod gateway,
                             const GatewayEvent& event, Reply reply) {
    WebhookReported report{.key = event.key,
                           .gateway = gateway,
                           .currency = event.currency,
                           .disputed = event.kind == GatewayEventKind::dispute_opened};
    if (auto facts = answer_of(event))
        report.facts = std::move(*facts);
    else
        report.facts.intent = event.intent;
    AskContext context{.request_id = event.id, .actor = "gateway", .tenant = id.tenant};
    context.gateway_event = record_of(gateway, event);
    Reply told{[this, tenant = id.tenant, gateway, event, reply](Outcome outcome) {
        if (!outcome && outcome.error().code == ErrorCode::not_found)
            return record(tenant, gateway, event, reply);
        if (!outcome && outcome.error().code == ErrorCode::unprocessable)
            return ignore(gateway, event, "it is not of the order's gateway or currency", reply);
        reply(std::move(outcome));
    }};
    entities_.orders().tell(id.id, {std::move(report), std::move(context),
                                    [](const Order&) { return Answer{}; }, std::move(told)});
}

void GatewayNews::ignore(PaymentMethod gateway, const GatewayEvent& event, std::string_view why,
                         Reply reply) {
    ++ignored_;
    spdlog::warn("event {} ({}) is ignored: {}", event.id, event.type, why);
    record(default_tenant, gateway, event, std::move(reply));
}

void GatewayNews::record(const TenantId& tenant, PaymentMethod gateway, const GatewayEvent& event,
                         Reply reply) {
    entities_.remember(tenant, record_of(gateway, event),
                       Promise<Result<bool>>{[reply](Result<bool> done) {
                           if (done)
                               reply(Answer{});
                           else
                               reply(done.error());
                       }});
}

SandboxPostman::SandboxPostman(SandboxGateway& sandbox, GatewayNews& news)
    : sandbox_(sandbox), news_(news) {}

void SandboxPostman::start() {
    thread_ = std::thread([this] { run(); });
}

void SandboxPostman::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

// An event that is not told is due again later: the sandbox keeps count.
void SandboxPostman::run() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, round, [this] { return stopping_; })) {
        lock.unlock();
        for (auto& event : sandbox_.due_events()) {
            auto id = event.id;
            news_.tell(PaymentMethod::sandbox, std::move(event),
                       Reply{[this, id = std::move(id)](const Outcome& outcome) {
                           if (outcome) sandbox_.told(id);
                       }});
        }
        lock.lock();
    }
}

}  // namespace souk
