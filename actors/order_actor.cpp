#include "actors/order_actor.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "actors/command_names.hpp"
#include "domain/erasure.hpp"
#include "domain/guards.hpp"
#include "protocol/events.hpp"

namespace souk {
namespace {

constexpr std::size_t max_waiting_for_gateway = 100;  // of one order

const char* event_type(OrderStatus status) {
    switch (status) {
        case OrderStatus::pending:
            return "order.created";
        case OrderStatus::confirmed:
            return "order.confirmed";
        case OrderStatus::processing:
            return "order.processing";
        case OrderStatus::shipped:
            return "order.shipped";
        case OrderStatus::delivered:
            return "order.delivered";
        case OrderStatus::cancelled:
            return "order.cancelled";
        case OrderStatus::returned:
            return "order.returned";
    }
    return "order.changed";
}

/// What a change means to others; nothing for what only concerns the payment's own steps.
Amount refunded(const Order& order) { return order.payment ? order.payment->refunded : 0; }

std::optional<std::string> event_of(const Order& before, const Order& after) {
    if (after.status != before.status) return event_type(after.status);
    if (is_anonymous(after) && !is_anonymous(before)) return "order.anonymised";
    if (refunded(after) > refunded(before)) return "order.refunded";  // a second part of it too
    if (after.payment_status == before.payment_status) return std::nullopt;
    switch (after.payment_status) {
        case PaymentStatus::pending:
        case PaymentStatus::processing:
            return "order.payment_processing";
        case PaymentStatus::paid:
            return "order.paid";
        case PaymentStatus::failed:
            return "order.payment_failed";
        case PaymentStatus::refunded:
        case PaymentStatus::partially_refunded:
            return "order.refunded";
    }
    return std::nullopt;
}

bool is_wish_to_pay(const OrderCommand& command) {
    return std::holds_alternative<Pay>(command) || std::holds_alternative<ConfirmPayment>(command);
}

/// The gateway has been asked for the first time and is expected to answer soon.
bool is_asking(const Order& order) {
    if (!order.payment) return false;
    return std::ranges::any_of(order.payment->attempts, [](const PaymentAttempt& attempt) {
        return attempt.state == AttemptState::open && attempt.step != GatewayStep::refund &&
               attempt.uncertain && !attempt.stuck && attempt.reason.empty() &&
               attempt.tries - attempt.forgiven == 1;
    });
}

/// Of news, which is decided again without its units when its SKUs do not hold them any more.
bool* units_lost_of(OrderCommand& command) {
    if (auto* report = std::get_if<GatewayReported>(&command)) return &report->units_lost;
    if (auto* report = std::get_if<WebhookReported>(&command)) return &report->units_lost;
    return nullptr;
}

bool is_loss(const Error& refusal) {
    return refusal.code == ErrorCode::not_found || refusal.code == ErrorCode::gone ||
           refusal.code == ErrorCode::conflict || refusal.code == ErrorCode::insufficient_stock;
}

double random_from(IdSource& ids) {
    const auto uuid = ids.next();
    std::uint32_t bits = 0;
    for (std::size_t i = 12; i < 16; ++i) bits = bits << 8 | uuid.bytes[i];
    return static_cast<double>(bits) / 4'294'967'296.0;
}

}  // namespace

std::string OrderNumbers::next(TimePoint now) {
    char text[32];
    std::snprintf(text, sizeof text, "-%06lld", static_cast<long long>(++last_));
    return prefix_ + "-" + to_date(now).substr(0, 4) + text;
}

OrderLetter::OrderLetter(Mail content)
    : LetterBody(std::holds_alternative<OrderPrepared>(content) ? LetterKind::continuation
                                                                : LetterKind::command),
      mail(std::move(content)) {}

void OrderLetter::refuse(const Error& error) {
    struct Refusal {
        const Error& error;
        void operator()(const Ask<OrderCommand, Order>& ask) const { ask.reply(error); }
        void operator()(const OrderPrepared& prepared) const { prepared.ask->reply(error); }
        void operator()(const Read<Order>& read) const { read(error); }
    };
    std::visit(Refusal{error}, mail);
}

std::string_view OrderLetter::what() const {
    static constexpr NamesOf<OrderCommand> commands{
        "confirm",         "cancel",           "expire",           "pay",
        "confirm payment", "gateway reported", "webhook reported", "attempt due",
        "collect payment", "refund",           "retry payment",    "give up payment",
        "hold longer",     "anonymise"};
    static constexpr NamesOf<Mail> letters{"", "go on with change", "read"};
    if (const auto* ask = std::get_if<Ask<OrderCommand, Order>>(&mail))
        return name_in(commands, ask->command);
    return name_in(letters, mail);
}

std::string_view OrderLetter::request_id() const {
    if (const auto* ask = std::get_if<Ask<OrderCommand, Order>>(&mail))
        return ask->context.request_id;
    if (const auto* prepared = std::get_if<OrderPrepared>(&mail))
        return prepared->ask->context.request_id;
    return {};
}

// A payment that has begun goes on to its end: somebody may wait for it.
bool OrderLetter::starts_work() const {
    const auto* ask = std::get_if<Ask<OrderCommand, Order>>(&mail);
    return ask == nullptr || !(std::holds_alternative<GatewayReported>(ask->command) ||
                               std::holds_alternative<WebhookReported>(ask->command) ||
                               std::holds_alternative<AttemptDue>(ask->command));
}

// An answer that finds no order, because the server stops or the database is away, is asked for
// again when the attempt falls due.
void ask_gateway(GatewayDesk& desk, PaymentMethod gateway, const TenantId& tenant, GatewayCall call,
                 OrderRegistry& registry, IdSource& ids) {
    GatewayReported report{.key = call.request.idempotency_key,
                           .step = call.request.step,
                           .try_number = call.try_number,
                           .random = random_from(ids)};
    const OrderEntity::Key order{tenant, call.request.order_id};
    if (!holds(Guard::same_key_for_every_try))
        call.request.idempotency_key += ":" + std::to_string(call.try_number);
    desk.ask(gateway, std::move(call.request),
             [&registry, order, report = std::move(report)](GatewayAnswer answer) mutable {
                 report.answer = std::move(answer);
                 registry.tell(
                     order,
                     std::make_shared<OrderLetter>(Ask<OrderCommand, Order>{
                         std::move(report),
                         {.request_id = "gateway", .actor = "gateway", .tenant = order.tenant},
                         [](const Order&) { return Answer{}; },
                         Reply{}}));
             });
}

OrderActor::OrderActor(caf::actor_config& config, EntityPlumbing plumbing, OrderRegistry& registry,
                       Loads& loads, LifePtr life, OrderPlumbing order_plumbing)
    : EntityActor(config, plumbing, registry, loads, std::move(life)),
      plumbing_(order_plumbing),
      registry_(registry) {}

void OrderActor::handle(LetterBody& body) {
    std::visit([this](auto& mail) { receive(mail); }, static_cast<OrderLetter&>(body).mail);
}

void OrderActor::receive(OrderAsk& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    auto change = decide(*order_, ask.command, now(), plumbing_.policy);
    if (!change) return ask.reply(change.error());
    if (change->next.version == order_->version) return answer_unchanged(std::move(ask));
    if (const auto* pay = std::get_if<Pay>(&ask.command);
        pay != nullptr && !change->calls.empty()) {
        const auto admitted =
            plumbing_.desk == nullptr
                ? refuse(ErrorCode::unprocessable, "paymentMethod", "is not offered")
                : plumbing_.desk->admits(pay->gateway, order_->totals.total, order_->currency);
        if (!admitted) return ask.reply(admitted.error());
    }
    carry_out(std::move(ask), std::move(*change));
}

/// A repeat of a wish that the gateway is being asked for is answered with it.
void OrderActor::answer_unchanged(OrderAsk ask) {
    if (is_wish_to_pay(ask.command) && is_asking(*order_)) return wait_for_gateway(std::move(ask));
    Answer answer = ask.render(*order_);
    answer.unchanged = true;
    Outcome outcome = std::move(answer);
    if (!ask.context.gateway_event) return answer_settled(std::move(outcome), std::move(ask.reply));
    ChangeSet change;
    change.gateway_event = ask.context.gateway_event;
    commit(std::move(change), {}, ask.context, std::move(outcome), std::move(ask.reply));
}

void OrderActor::wait_for_gateway(OrderAsk ask) {
    if (waiting_for_gateway_.size() >= max_waiting_for_gateway)
        return ask.reply(Error{ErrorCode::unavailable, "the payment is under way", {}, 1});
    waiting_for_gateway_.push_back(std::move(ask));
}

void OrderActor::carry_out(OrderAsk ask, OrderChange change) {
    OrderPrepared prepared{std::make_shared<OrderAsk>(std::move(ask)), std::move(change), {}};
    if (const auto* lost = units_lost_of(prepared.ask->command)) prepared.units_are_lost = *lost;
    const auto parts = parts_of_change(prepared);
    if (parts.empty()) return commit_change(prepared);
    set_busy(true);
    auto shared = std::make_shared<OrderPrepared>(std::move(prepared));
    prepare_jointly(parts, [life = life(), shared](JointResult joint) {
        shared->joint = std::move(joint);
        life->send(std::make_shared<OrderLetter>(std::move(*shared)));
    });
}

std::vector<JointPart> OrderActor::parts_of_change(const OrderPrepared& prepared) const {
    const auto& change = prepared.change;
    const auto& request_id = prepared.ask->context.request_id;
    StockCommands commands;
    const auto close_all = [&](ReservationState outcome) {
        for (const auto& [key, quantity] : demand_of(order_->items))
            commands.emplace_back(key,
                                  CloseReservation{order_->reservation_id, outcome, order_->id});
    };
    switch (change.stock) {
        case StockEffect::none:
            if (prepared.units_are_lost) close_all(ReservationState::expired);
            break;
        case StockEffect::confirm:
            close_all(ReservationState::confirmed);
            break;
        case StockEffect::release:
            close_all(ReservationState::released);
            break;
        case StockEffect::expire:
            close_all(ReservationState::expired);
            break;
        case StockEffect::restock:
            for (const auto& [key, quantity] : change.restock)
                commands.emplace_back(key, RestockUnits{order_->id, quantity});
            break;
    }
    if (change.extend_until)
        for (const auto& [key, quantity] : demand_of(order_->items))
            commands.emplace_back(
                key, ExtendReservation{order_->reservation_id, *change.extend_until, order_->id});
    const auto& tenant = life()->key().tenant;
    auto parts = parts_of(plumbing_.stocks, tenant, std::move(commands), request_id);
    if (change.release_discount && order_->discount)
        parts.push_back(prepare_discount(plumbing_.discounts, {tenant, order_->discount->code},
                                         ReleaseDiscount{order_->id}, request_id));
    if (change.forget_buyer && order_->discount)
        parts.push_back(prepare_discount(plumbing_.discounts, {tenant, order_->discount->code},
                                         ForgetBuyer{order_->id}, request_id));
    return parts;
}

void OrderActor::receive(OrderPrepared& prepared) {
    const auto& refusals = prepared.joint.refusals;
    const bool only_losses =
        std::ranges::all_of(refusals, [](const auto& refusal) { return is_loss(refusal.second); });
    if (refusals.empty() || (prepared.units_are_lost && only_losses)) {
        commit_change(prepared);
        prepared.joint = {};
        return set_busy(false);
    }
    auto ask = std::move(*prepared.ask);
    const auto refusal = refusals.front().second;
    prepared.joint = {};  // gives back what was prepared, before it is asked for again
    if (auto* lost = units_lost_of(ask.command); only_losses && lost != nullptr && !*lost) {
        *lost = true;
        auto again = decide(*order_, ask.command, now(), plumbing_.policy);
        if (again && again->next.version != order_->version)
            return carry_out(std::move(ask), std::move(*again));
    }
    ask.reply(refusal);
    set_busy(false);
}

void OrderActor::commit_change(OrderPrepared& prepared) {
    auto& ask = *prepared.ask;
    ChangeSet change;
    change.order = {order_, std::make_shared<const Order>(std::move(prepared.change.next))};
    change.entries = std::move(prepared.change.entries);
    change.gateway_event = ask.context.gateway_event;
    if (const auto event = event_of(*order_, *change.order.next))
        change.events.push_back(order_event(*event, *change.order.next, ask.context.request_id));
    order_ = change.order.next;
    std::vector<ActivationPtr> participants;
    for (auto& one : prepared.joint.prepared) one->hand_over(change, participants);
    Outcome outcome = Answer{};
    if (!holds(Guard::attempt_before_call))
        for (const auto& call : prepared.change.calls)
            ask_gateway(*plumbing_.desk, order_->payment_method, life()->key().tenant, call,
                        registry_, ids());
    auto reply = reply_of(ask, outcome, std::move(prepared.change.calls));
    commit(std::move(change), std::move(participants), ask.context, std::move(outcome),
           std::move(reply));
}

/// Who is told once the change is durable, and what the gateway is asked for then. Whoever wished
/// to pay is told when the gateway has answered.
Reply OrderActor::reply_of(OrderAsk& ask, Outcome& outcome, std::vector<GatewayCall> calls) {
    std::vector<std::pair<Reply, Outcome>> told;
    if (is_asking(*order_) && is_wish_to_pay(ask.command)) {
        wait_for_gateway(std::move(ask));
    } else {
        outcome = ask.render(*order_);
    }
    if (!is_asking(*order_))
        for (auto& waiting : std::exchange(waiting_for_gateway_, {}))
            told.emplace_back(std::move(waiting.reply), waiting.render(*order_));
    return Reply{[own = std::move(ask.reply), told = std::move(told), calls = std::move(calls),
                  life = life(), desk = plumbing_.desk, gateway = order_->payment_method,
                  &registry = registry_, &ids = ids()](Outcome given) mutable {
        for (auto& [reply, answer] : told)
            reply(given ? std::move(answer) : Outcome{given.error()});
        if (given && desk != nullptr)
            for (auto& call : calls)
                ask_gateway(*desk, gateway, life->key().tenant, std::move(call), registry, ids);
        own(std::move(given));
    }};
}

}  // namespace souk
