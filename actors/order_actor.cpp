#include "actors/order_actor.hpp"

#include <cstdio>

#include "protocol/events.hpp"

namespace souk {
namespace {

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

void read_order(OrderRegistry& orders, const OrderId& id, Read<Order> read) {
    if (auto live = orders.peek(id)) return read(std::move(live));
    orders.tell(id, std::make_shared<OrderLetter>(std::move(read)));
}

OrderActor::OrderActor(caf::actor_config& config, EntityPlumbing plumbing, OrderRegistry& registry,
                       Loads& loads, LifePtr life, StockRegistry& stocks)
    : EntityActor(config, plumbing, registry, loads, std::move(life)), stocks_(stocks) {}

void OrderActor::handle(LetterBody& body) {
    std::visit([this](auto& mail) { receive(mail); }, static_cast<OrderLetter&>(body).mail);
}

StockCommands OrderActor::stock_commands(StockEffect effect) const {
    StockCommands commands;
    for (const auto& [key, quantity] : demand_of(order_->items)) {
        switch (effect) {
            case StockEffect::none:
                break;
            case StockEffect::confirm:
                commands.emplace_back(
                    key, CloseReservation{order_->reservation_id, ReservationState::confirmed,
                                          order_->id});
                break;
            case StockEffect::release:
                commands.emplace_back(
                    key, CloseReservation{order_->reservation_id, ReservationState::released,
                                          order_->id});
                break;
            case StockEffect::expire:
                commands.emplace_back(key, CloseReservation{order_->reservation_id,
                                                            ReservationState::expired, order_->id});
                break;
            case StockEffect::restock:
                commands.emplace_back(key, RestockUnits{order_->id, quantity});
                break;
        }
    }
    return commands;
}

void OrderActor::receive(Ask<OrderCommand, Order>& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    auto change = decide(*order_, ask.command, now());
    if (!change) return ask.reply(change.error());
    if (change->next.version == order_->version) {
        auto answer = ask.render(*order_);
        return answer_settled(std::move(answer), std::move(ask.reply));
    }
    auto commands = stock_commands(change->stock);
    OrderPrepared prepared{
        std::make_shared<Ask<OrderCommand, Order>>(std::move(ask)), std::move(*change), {}};
    if (commands.empty()) return commit_change(prepared);
    set_busy(true);
    auto shared = std::make_shared<OrderPrepared>(std::move(prepared));
    prepare_jointly(stocks_, std::move(commands), [life = life(), shared](JointResult units) {
        shared->units = std::move(units);
        life->send(std::make_shared<OrderLetter>(std::move(*shared)));
    });
}

void OrderActor::receive(OrderPrepared& prepared) {
    if (prepared.units.refusals.empty())
        commit_change(prepared);
    else
        prepared.ask->reply(prepared.units.refusals.front().second);
    prepared.units = {};
    set_busy(false);
}

void OrderActor::commit_change(OrderPrepared& prepared) {
    auto& ask = *prepared.ask;
    ChangeSet change;
    change.order = {order_, std::make_shared<const Order>(std::move(prepared.change.next))};
    change.events.push_back(order_event(event_type(change.order.next->status), *change.order.next,
                                        ask.context.request_id));
    order_ = change.order.next;
    auto answer = ask.render(*order_);
    std::vector<ActivationPtr> participants;
    for (auto& one : prepared.units.prepared) one.hand_over(change, participants);
    commit(std::move(change), std::move(participants), ask.context, std::move(answer),
           std::move(ask.reply));
}

}  // namespace souk
