#pragma once
// A gateway that keeps its word, for payments under random histories.

#include <map>
#include <random>
#include <string>
#include <vector>

#include "domain/order.hpp"
#include "tests/support/catch.hpp"

namespace souk {

using Status = GatewayStatus;

/// A rule that is checked millions of times: Catch's own macros would take most of the time.
inline void must(bool holds, const char* rule) {
    if (!holds) FAIL(rule);
}

struct Random {
    std::mt19937_64 engine;
    std::uint64_t below(std::uint64_t bound) { return engine() % bound; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    double fraction() { return static_cast<double>(below(1'000'000)) / 1'000'000.0; }
};

struct Charge {
    std::string key;
    Status status{Status::declined};
    Amount captured{};
    Amount refunded{};
};

/// Does what it says, remembers keys, and answers the same to the same key.
struct HonestGateway {
    Random& random;
    std::map<std::string, Charge> charges;         // by intent
    std::map<std::string, GatewayAnswer> answers;  // by key, what was done under it
    std::vector<WebhookReported> webhooks;         // on their way
    bool reliable{false};

    GatewayAnswer told(const std::string& intent, const Charge& charge) const {
        GatewayAnswer answer{.status = charge.status, .intent = intent};
        answer.captured = charge.captured;
        answer.refunded = charge.refunded;
        answer.fee = charge.captured > 0 ? 29 : 0;
        if (charge.captured > 0 && charge.refunded == charge.captured)
            answer.status = Status::refunded;
        return answer;
    }
    void publish(const std::string& intent) {
        const auto& charge = charges.at(intent);
        WebhookReported news;
        if (random.chance(50)) news.key = charge.key;
        news.facts = told(intent, charge);
        if (charge.refunded > 0) news.facts.status = Status::refunded;
        webhooks.push_back(std::move(news));
    }
    GatewayAnswer perform(const GatewayRequest& request) {
        if (request.step == GatewayStep::look_up) return look_up(request);
        if (const auto done = answers.find(request.idempotency_key); done != answers.end())
            return done->second;
        auto answer = perform_once(request);
        answers[request.idempotency_key] = answer;
        return answer;
    }
    GatewayAnswer look_up(const GatewayRequest& request) const {
        for (const auto& [intent, charge] : charges)
            if (intent == request.intent ||
                (request.intent.empty() && charge.key == request.idempotency_key))
                return told(intent, charge);
        return {.status = Status::not_found};
    }
    GatewayAnswer perform_once(const GatewayRequest& request) {
        if (request.step == GatewayStep::authorize) {
            const auto intent = "pi_" + std::to_string(charges.size() + 1);
            const auto dice = random.below(10);
            charges[intent] = {request.idempotency_key, dice < 5   ? Status::authorized
                                                        : dice < 8 ? Status::requires_action
                                                                   : Status::declined};
            publish(intent);
            return told(intent, charges[intent]);
        }
        auto& charge = charges.at(request.intent);
        GatewayAnswer no{.status = Status::declined, .intent = request.intent};
        no.captured = charge.captured;
        no.refunded = charge.refunded;
        switch (request.step) {
            case GatewayStep::confirm:
                if (charge.status == Status::requires_action)
                    charge.status = random.chance(70) ? Status::authorized : Status::declined;
                break;
            case GatewayStep::capture:
                if (charge.status != Status::authorized) return no;
                if (random.chance(10)) {
                    charge.status = Status::cancelled;
                    publish(request.intent);
                    return no;
                }
                charge.status = Status::captured;
                charge.captured = request.amount;
                break;
            case GatewayStep::cancel:
                if (charge.status != Status::authorized && charge.status != Status::requires_action)
                    return no;
                charge.status = Status::cancelled;
                break;
            case GatewayStep::refund:
                if (request.amount > charge.captured - charge.refunded) return no;
                if (!reliable && random.chance(10)) return no;
                charge.refunded += request.amount;
                break;
            case GatewayStep::authorize:
            case GatewayStep::look_up:
                break;
        }
        publish(request.intent);
        auto answer = told(request.intent, charge);
        if (request.step == GatewayStep::refund) answer.status = Status::refunded;
        return answer;
    }
    /// Things that happen there without us.
    void live() {
        for (auto& [intent, charge] : charges) {
            if (charge.status == Status::requires_action && random.chance(20)) {
                charge.status = random.chance(70) ? Status::authorized : Status::declined;
                publish(intent);
            }
            if (charge.captured > charge.refunded && random.chance(1)) {
                charge.refunded += 1 + static_cast<Amount>(random.below(static_cast<std::uint64_t>(
                                           charge.captured - charge.refunded)));
                publish(intent);
            }
        }
    }
};

}  // namespace souk
