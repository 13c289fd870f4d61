#include "gateways/sandbox.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "gateways/digest.hpp"
#include "gateways/sandbox_steps.hpp"

namespace souk {
namespace {

GatewayAnswer plain(const GatewayRequest& request, GatewayStatus status, std::string reason) {
    return {.status = status, .intent = request.intent, .reason = std::move(reason)};
}

/// All that a request says, in few bytes: under one key it must always be the same.
std::string facts_of(const GatewayRequest& request) {
    std::string facts;
    for (const auto& fact : {std::to_string(static_cast<int>(request.step)),
                             to_text(request.order_id), to_text(request.payment_id),
                             std::to_string(request.amount), std::string(request.currency.text()),
                             request.method, request.intent, request.customer_email}) {
        facts.append(std::to_string(fact.size())).append(":").append(fact);
    }
    return sha256_hex(facts);
}

bool strikes_at(const SandboxCard& card, SandboxTrouble trouble, const GatewayRequest& request) {
    return card.trouble == trouble && card.trouble_at == request.step;
}

}  // namespace

SandboxGateway::SandboxGateway(SandboxOptions options, const Clock& clock,
                               std::unique_ptr<SandboxBooks> books)
    : options_(std::move(options)), clock_(clock), books_(std::move(books)) {}

Result<std::unique_ptr<SandboxGateway>> SandboxGateway::open(SandboxOptions options,
                                                             const Clock& clock) {
    auto books = SandboxBooks::open(options.books_file);
    if (!books) return books.error();
    return std::unique_ptr<SandboxGateway>(
        new SandboxGateway(std::move(options), clock, std::move(*books)));
}

Result<void> SandboxGateway::accepts(Amount amount, Currency) const {
    if (amount <= 0 || amount > max_amount)
        return refuse(ErrorCode::unprocessable, "amount", "must be more than nothing");
    return {};
}

GatewayAnswer SandboxGateway::ask(const GatewayRequest& request, Deadline) {
    if (options_.before_answer) options_.before_answer();
    const std::lock_guard lock(mutex_);
    decide_late_ones();
    if (request.step == GatewayStep::look_up) return look_up(request);
    if (const auto* reply = books_->reply(request.idempotency_key)) {
        if (reply->facts == facts_of(request)) return reply->answer;
        return plain(request, GatewayStatus::unknown, "idempotency_error");
    }
    const auto* intent = books_->intent(request.intent);
    const bool begins = request.step == GatewayStep::authorize;
    const auto* card = begins    ? find_sandbox_card(request.method)
                       : !intent ? nullptr
                                 : find_sandbox_card(intent->method);
    if (card) {
        if (auto answer = trouble(request, *card)) return *answer;
    }
    auto answer = execute(request, card);
    if (card && strikes_at(*card, SandboxTrouble::answer_lost, request) &&
        answer.status != GatewayStatus::unavailable)
        return plain(request, GatewayStatus::unknown, "no answer in time");
    return answer;
}

GatewayAnswer SandboxGateway::look_up(const GatewayRequest& request) const {
    const auto* reply = books_->reply(request.idempotency_key);
    const auto& id = request.intent.empty() && reply ? reply->answer.intent : request.intent;
    if (const auto* intent = books_->intent(id)) return sandbox_answer(*intent);
    if (reply) return reply->answer;
    return plain(request, GatewayStatus::not_found, "resource_missing");
}

std::optional<GatewayAnswer> SandboxGateway::trouble(const GatewayRequest& request,
                                                     const SandboxCard& card) {
    if (card.trouble == SandboxTrouble::none || card.trouble_at != request.step)
        return std::nullopt;
    const int tries = ++tries_[request.idempotency_key];
    if (card.trouble == SandboxTrouble::away_twice && tries <= 2)
        return plain(request, GatewayStatus::unavailable, "the sandbox is away");
    if (card.trouble == SandboxTrouble::request_lost && tries == 1)
        return plain(request, GatewayStatus::unknown, "no answer in time");
    return std::nullopt;
}

GatewayAnswer SandboxGateway::execute(const GatewayRequest& request, const SandboxCard* card) {
    const auto declined = [&](std::string_view reason) {
        return record(request, plain(request, GatewayStatus::declined, std::string(reason)), {},
                      {});
    };
    if (!card)
        return declined(request.step == GatewayStep::authorize ? invalid_payment_method
                                                               : "resource_missing");
    if (strikes_at(*card, SandboxTrouble::always_refused, request)) return declined(card->reason);
    if (request.step == GatewayStep::authorize) {
        if (!accepts(request.amount, request.currency)) return declined("amount_too_small");
        auto [answer, next, news] =
            authorize_in_sandbox(request, *card, clock_.now(), options_.decision_delay);
        return record(request, std::move(answer), std::move(next), std::move(news));
    }
    auto [answer, next, news] = change_in_sandbox(request, *card, *books_->intent(request.intent));
    return record(request, std::move(answer), std::move(next), std::move(news));
}

GatewayAnswer SandboxGateway::record(const GatewayRequest& request, GatewayAnswer answer,
                                     std::optional<SandboxIntent> next,
                                     std::vector<GatewayEventKind> news) {
    const auto now = clock_.now();
    SandboxEntry entry{.intent = std::move(next)};
    if (entry.intent) entry.intent->changed_at = now;
    entry.reply = SandboxReply{request.idempotency_key, facts_of(request), answer};
    for (const auto kind : news)
        entry.events.push_back(news_of_sandbox(kind, request.idempotency_key, *entry.intent, now,
                                               options_.event_delay));
    if (const auto entered = books_->enter(entry); !entered)
        return plain(request, GatewayStatus::unavailable, entered.error().message);
    return answer;
}

void SandboxGateway::decide_late_ones() {
    const auto now = clock_.now();
    const auto undecided = books_->undecided();  // a copy: deciding takes them off the list
    for (const auto& id : undecided) {
        const auto& intent = *books_->intent(id);
        const auto* card = find_sandbox_card(intent.method);
        if (!card || intent.decided_at > now) continue;
        auto outcome = decide_in_sandbox(*card, intent);
        outcome.next->changed_at = now;
        SandboxEntry entry{.intent = std::move(outcome.next)};
        for (const auto kind : outcome.news)
            entry.events.push_back(news_of_sandbox(kind, id, *entry.intent, now, {}));
        if (!books_->enter(entry)) return;  // the next call tries again
    }
}

std::vector<GatewayEvent> SandboxGateway::due_events(std::size_t limit) {
    const std::lock_guard lock(mutex_);
    decide_late_ones();
    const auto now = clock_.now();
    std::vector<SandboxEvent*> due;
    for (auto& [id, event] : books_->events())
        if (event.due <= now && books_->intent(event.intent) != nullptr) due.push_back(&event);
    std::ranges::stable_sort(due, {}, &SandboxEvent::created);
    if (due.size() > limit) due.resize(limit);
    std::vector<GatewayEvent> events;
    for (auto* event : due) {
        events.push_back(sandbox_event(*event, *books_->intent(event->intent)));
        event->due = now + options_.event_retry_delay;
    }
    return events;
}

Result<std::size_t> SandboxGateway::forget(TimePoint before, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::set<std::string> old;
    for (const auto& [id, intent] : books_->intents()) {
        if (old.size() >= limit) break;
        if (intent.changed_at < before && !books_->undecided().contains(id)) old.insert(id);
    }
    for (const auto& [id, event] : books_->events()) old.erase(event.intent);
    if (old.empty()) return 0;
    const auto forgotten = books_->enter({.forgotten = {old.begin(), old.end()}});
    if (!forgotten) return forgotten.error();
    return old.size();
}

void SandboxGateway::told(const std::string& event_id) {
    const std::lock_guard lock(mutex_);
    // If this cannot be written the event is told again, which its id makes harmless.
    (void)books_->enter({.told = event_id});
}

std::optional<TimePoint> SandboxGateway::next_event_at() const {
    const std::lock_guard lock(mutex_);
    std::optional<TimePoint> next;
    const auto consider = [&](TimePoint time) { next = next ? std::min(*next, time) : time; };
    for (const auto& [id, event] : books_->events()) consider(event.due);
    for (const auto& id : books_->undecided()) consider(books_->intent(id)->decided_at);
    return next;
}

std::vector<SandboxCapture> SandboxGateway::captures() const {
    const std::lock_guard lock(mutex_);
    std::vector<SandboxCapture> captures;
    for (const auto& [id, intent] : books_->intents()) {
        if (intent.captured == 0) continue;
        captures.push_back({id, intent.order_id, intent.payment_id, intent.currency,
                            intent.captured, intent.refunded});
    }
    return captures;
}

}  // namespace souk
