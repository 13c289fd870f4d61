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
    reads_.read(
        [gateway, shared](Connection& db) { return has_gateway_event(db, gateway, shared->id); },
        [this, gateway, shared, reply](Result<bool> known) {
            if (!known) return reply(known.error());
            if (*known) return reply(Answer{});
            if (!is_about_payment(*shared)) return record(gateway, *shared, reply);
            if (shared->order_id) return tell_order(*shared->order_id, gateway, *shared, reply);
            find_order(gateway, std::move(*shared), reply);
        });
}

void GatewayNews::find_order(PaymentMethod gateway, GatewayEvent event, Reply reply) {
    auto shared = std::make_shared<GatewayEvent>(std::move(event));
    reads_.read([gateway, shared](
                    Connection& db) { return find_order_of_intent(db, gateway, shared->intent); },
                [this, gateway, shared, reply](Result<std::optional<OrderId>> id) {
                    if (!id) return reply(id.error());
                    if (!*id)
                        return record(gateway, *shared, reply);  // of another shop on this account
                    tell_order(**id, gateway, *shared, reply);
                });
}

void GatewayNews::tell_order(const OrderId& id, PaymentMethod gateway, const GatewayEvent& event,
                             Reply reply) {
    WebhookReported report{.key = event.key,
                           .gateway = gateway,
                           .currency = event.currency,
                           .disputed = event.kind == GatewayEventKind::dispute_opened};
    if (auto facts = answer_of(event))
        report.facts = std::move(*facts);
    else
        report.facts.intent = event.intent;
    AskContext context{.request_id = event.id, .actor = "gateway"};
    context.gateway_event = record_of(gateway, event);
    Reply told{[this, gateway, event, reply](Outcome outcome) {
        if (!outcome && outcome.error().code == ErrorCode::not_found)
            return record(gateway, event, reply);
        if (!outcome && outcome.error().code == ErrorCode::unprocessable)
            return ignore(gateway, event, "it is not of the order's gateway or currency", reply);
        reply(std::move(outcome));
    }};
    entities_.orders().tell(id, {std::move(report), std::move(context),
                                 [](const Order&) { return Answer{}; }, std::move(told)});
}

void GatewayNews::ignore(PaymentMethod gateway, const GatewayEvent& event, std::string_view why,
                         Reply reply) {
    ++ignored_;
    spdlog::warn("event {} ({}) is ignored: {}", event.id, event.type, why);
    record(gateway, event, std::move(reply));
}

void GatewayNews::record(PaymentMethod gateway, const GatewayEvent& event, Reply reply) {
    entities_.remember(record_of(gateway, event), Promise<Result<bool>>{[reply](Result<bool> done) {
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
