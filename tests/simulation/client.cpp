#include "tests/simulation/client.hpp"

#include <algorithm>

#include "tests/simulation/simulation.hpp"
#include "tests/simulation/texts.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

const Error gone{ErrorCode::unavailable, "nobody answers", {}, 1};

bool is_worth_repeating(const Told& told) {
    return !told.answer && (!told.error || told.error->code == ErrorCode::unavailable ||
                            told.error->code == ErrorCode::internal);
}

template <class State>
Read<State> read_for(Reply reply) {
    return Read<State>([reply](Result<std::shared_ptr<const State>> state) {
        if (!state) return reply(state.error());
        reply(answer_with(**state));
    });
}

}  // namespace

/// Waits for an answer, but not forever.
class Client::AnswerOrTime {
public:
    AnswerOrTime(Ground& ground, SlotPtr slot, Duration patience)
        : ground_(ground), slot_(std::move(slot)), patience_(patience) {}
    bool await_ready() const { return slot_->outcome.has_value(); }
    void await_suspend(std::coroutine_handle<> coroutine) {
        slot_->waiting = coroutine;
        ground_.agenda.at(ground_.now() + patience_, [slot = slot_] {
            if (auto waiting = std::exchange(slot->waiting, nullptr)) waiting.resume();
        });
    }
    std::optional<Outcome> await_resume() { return std::move(slot_->outcome); }

private:
    Ground& ground_;
    SlotPtr slot_;
    Duration patience_;
};

class Client::Time {
public:
    Time(Ground& ground, Duration time) : ground_(ground), time_(time) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) {
        ground_.agenda.at(ground_.now() + time_, [coroutine] { coroutine.resume(); });
    }
    void await_resume() const {}

private:
    Ground& ground_;
    Duration time_;
};

Client::Client(Simulation& simulation, std::string name, Dice chance, std::size_t wishes)
    : dice(chance), simulation_(simulation), name_(std::move(name)), wishes_left_(wishes) {
    manners.patience = dice.between(Duration{1s}, Duration{8s});
    manners.repeats = dice.between(0, 5);
}

Task<bool> Client::pause(Duration least, Duration most) {
    Time time(simulation_.ground, dice.between(least, most));
    co_await time;
    co_return true;
}

Task<Told> Client::ask(Wish wish) {
    if (wishes_left_ > 0) --wishes_left_;
    auto operation = std::make_shared<Operation>();
    operation->what = name_ + " " + wish.what;
    if (!wish.key) wish.key = "k" + std::to_string(++keys_);
    if (!wish.read_of) last_key_ = *wish.key;
    operation->key = {name_, *wish.key, wish.what + " " + wish.body};
    operation->effect = wish.effect;
    operation->always_writes = wish.always_writes;
    if (!wish.read_of) simulation_.judge.asked(operation);
    simulation_.ground.count("requests");

    Told told;
    for (std::int64_t attempt = 0; attempt <= manners.repeats; ++attempt) {
        if (attempt > 0) {
            Time time(simulation_.ground, dice.between(Duration{50ms}, Duration{1s} * attempt));
            co_await time;
        }
        auto slot = std::make_shared<Slot>();
        send(operation, wish, slot);
        AnswerOrTime waiting(simulation_.ground, slot, manners.patience);
        const auto outcome = co_await waiting;
        told = {};
        if (outcome && *outcome) told.answer = **outcome;
        if (outcome && !*outcome) told.error = outcome->error();
        if (!is_worth_repeating(told)) break;
    }
    simulation_.ground.note(operation->what + " " + wish.body + ": " +
                            (told.answer  ? told.answer->body
                             : told.error ? told.error->message
                                          : "no answer"));
    co_return told;
}

void Client::send(const OperationPtr& operation, const Wish& wish, const SlotPtr& slot) {
    auto& ground = simulation_.ground;
    const auto& weather = simulation_.weather;
    const int copies = dice.chance(weather.requests_doubled) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy) {
        if (dice.chance(weather.requests_lost)) continue;
        ground.agenda.at(ground.now() + dice.between(Duration{100}, weather.travel_time),
                         [this, operation, wish, slot] { arrive(operation, wish, slot); });
    }
}

void Client::arrive(const OperationPtr& operation, const Wish& wish, const SlotPtr& slot) {
    auto& ground = simulation_.ground;
    auto& judge = simulation_.judge;
    auto* server = simulation_.server_for(dice);
    if (server == nullptr) return deliver(slot, gone);
    Request request{operation->what, operation->key, "req", wish.act, wish.answered_later};
    if (wish.read_of) request.key.reset();
    if (dice.between(1, 10'000) <= simulation_.weather.crashing_requests)
        request.request_id = "souk-fault-crash";
    const auto floor = wish.read_of ? judge.floor_of(*wish.read_of) : 0;
    server->handle(
        std::move(request), Reply{[=, this, &ground, &judge](const Outcome& outcome) {
            const bool owns_lane = server->owns_lane();
            if (!wish.read_of)
                judge.answered(operation, outcome, owns_lane);
            else if (outcome)
                judge.was_read(outcome->body, floor, owns_lane);
            if (dice.chance(simulation_.weather.answers_lost)) return;
            ground.agenda.at(
                ground.now() + dice.between(Duration{100}, simulation_.weather.travel_time),
                [this, slot, outcome] { deliver(slot, outcome); });
        }});
}

void Client::deliver(const SlotPtr& slot, Outcome outcome) {
    if (!slot->outcome) slot->outcome = std::move(outcome);
    if (auto waiting = std::exchange(slot->waiting, nullptr)) waiting.resume();
}

Task<Told> Client::tell_cart(CartId cart, std::string what, CartCommand command, Effect effect) {
    Wish wish{.what = std::move(what), .body = to_text(cart), .act = {}, .effect = effect};
    wish.act = [cart, command](Server& server, AskContext context, Reply reply) {
        server.entities().carts().tell(
            cart, {command, std::move(context), answer_with<Cart>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<std::optional<CartId>> Client::make_cart() {
    Wish wish{.what = "makes a cart", .body = "", .act = {}, .effect = MakesCart{}};
    wish.always_writes = true;
    auto& ground = simulation_.ground;
    wish.act = [&ground](Server& server, AskContext context, Reply reply) {
        const CartId cart{ground.ids.next()};
        server.entities().carts().tell(
            cart, {CreateCart{cart, {}, Currency{}, ground.now() + std::chrono::hours{24}},
                   std::move(context), answer_with<Cart>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    const auto told = co_await asking;
    if (told) co_return told.id<CartId>();
    co_return std::optional<CartId>{};
}

// As the route does it: how much there is comes from the stock's committed count.
Task<Told> Client::add(CartId cart, StockKey sku, std::int64_t quantity,
                       std::optional<std::string> key) {
    Wish wish{.what = "adds a line",
              .body = to_text(cart) + " " + std::to_string(quantity) + " x " + to_text(sku.variant),
              .act = {},
              .effect = AddsLine{cart, sku.variant, quantity},
              .always_writes = true,
              .answered_later = false,
              .read_of = {},
              .key = std::move(key)};
    auto& ids = simulation_.ground.ids;
    wish.act = [=, &ids](Server& server, AskContext context, Reply reply) {
        auto& entities = server.entities();
        entities.stocks().read({default_tenant, sku},
                               Read<StockView>([=, &ids, &entities](auto stock) {
                                   if (!stock) return reply(stock.error());
                                   entities.carts().tell(cart, {AddCartItem{CartItemId{ids.next()},
                                                                            offer_of(sku),
                                                                            quantity,
                                                                            (*stock)->available(),
                                                                            {}},
                                                                context, answer_with<Cart>, reply});
                               }));
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::set_line(CartId cart, StockKey sku, std::int64_t quantity) {
    Wish wish{.what = quantity > 0 ? "sets a line" : "removes a line",
              .body = to_text(cart) + " " + std::to_string(quantity) + " x " + to_text(sku.variant),
              .act = {},
              .effect = SetsLine{cart, sku.variant, quantity}};
    wish.act = [=](Server& server, AskContext context, Reply reply) {
        auto& carts = server.entities().carts();
        carts.read({default_tenant, cart}, Read<Cart>([=, &carts](auto found) {
                       if (!found) return reply(found.error());
                       const auto& items = (*found)->items;
                       const auto line = std::ranges::find_if(items, [&](const auto& item) {
                           return item.offer.variant_id == sku.variant;
                       });
                       if (line == items.end())
                           return reply(refuse(ErrorCode::not_found, "no such line"));
                       CartCommand command = RemoveCartItem{line->id, {}};
                       if (quantity > 0) command = UpdateCartItem{line->id, quantity, 1'000, {}};
                       carts.tell(cart, {command, context, answer_with<Cart>, reply});
                   }));
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::empty(CartId cart) {
    auto telling = tell_cart(cart, "empties its cart", ClearCart{}, EmptiesCart{cart});
    co_return co_await telling;
}

Task<Told> Client::apply_discount(CartId cart, std::string code) {
    Wish wish{.what = "applies " + code,
              .body = to_text(cart),
              .act = {},
              .effect = ChangesDiscount{cart}};
    const Buyer buyer{{}, name_ + "@example.com"};
    wish.act = [=](Server& server, AskContext context, Reply reply) {
        auto& entities = server.entities();
        entities.carts().read(
            {default_tenant, cart}, Read<Cart>([=, &entities](auto found) {
                if (!found) return reply(found.error());
                entities.discounts().quote(
                    {default_tenant, code}, buyer, (*found)->totals.subtotal, (*found)->currency,
                    Promise<Result<AppliedDiscount>>([=, &entities](auto quoted) {
                        if (!quoted) return reply(quoted.error());
                        entities.carts().tell(
                            cart, {ApplyDiscount{*quoted}, context, answer_with<Cart>, reply});
                    }));
            }));
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::remove_discount(CartId cart) {
    auto telling = tell_cart(cart, "removes its discount", RemoveDiscount{}, ChangesDiscount{cart});
    co_return co_await telling;
}

Task<Told> Client::place(CartId cart, PaymentMethod method, Duration lasts, std::string notes) {
    Wish wish{.what = "places its order",
              .body = to_text(cart) + notes,
              .act = {},
              .effect = OrdersCart{cart},
              .always_writes = true};
    PlaceOrder order;
    order.shipping_address.country = "JO";
    order.shipping_address.email = name_ + "@example.com";
    order.billing_address = order.shipping_address;
    order.shipping_method = "standard";
    order.payment_method = method;
    order.notes = notes;
    order.fingerprint = wish.body;
    order.reservation_time = lasts;
    order.actor = "guest";
    order.tables = simulation_.tables;
    auto& ids = simulation_.ground.ids;
    wish.act = [=, &ids](Server& server, AskContext context, Reply reply) {
        auto command = order;
        command.order_id = OrderId{ids.next()};
        command.reservation_id = ReservationId{ids.next()};
        server.entities().carts().place_order(
            cart, {std::move(command), std::move(context), answer_with<Order>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::tell_order(OrderId order, std::string what, OrderCommand command,
                              std::string body) {
    Wish wish{.what = std::move(what), .body = to_text(order) + body, .act = {}};
    wish.answered_later =
        std::holds_alternative<Pay>(command) || std::holds_alternative<ConfirmPayment>(command);
    wish.act = [order, command](Server& server, AskContext context, Reply reply) {
        server.entities().orders().tell(
            order, {command, std::move(context), answer_with<Order>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::confirm(OrderId order) {
    auto telling = tell_order(order, "confirms its order",
                              ConfirmOrder{PaymentMethod::cash_on_delivery, "guest"});
    co_return co_await telling;
}

Task<Told> Client::cancel(OrderId order) {
    auto telling = tell_order(order, "cancels its order", CancelOrder{"guest", "no more", {}});
    co_return co_await telling;
}

Task<Told> Client::pay(OrderId order, std::string method) {
    const PaymentId payment{simulation_.ground.ids.next()};
    auto telling = tell_order(order, "pays", Pay{PaymentMethod::sandbox, method, payment, "guest"},
                              " " + method);
    co_return co_await telling;
}

Task<Told> Client::confirm_payment(OrderId order) {
    auto telling = tell_order(order, "confirms its payment", ConfirmPayment{"guest"});
    co_return co_await telling;
}

Task<Told> Client::refund(OrderId order, std::optional<Amount> amount) {
    const RefundId refund{simulation_.ground.ids.next()};
    auto telling = tell_order(order, "refunds", RefundPayment{refund, amount, "sorry", {}, "key"},
                              amount ? " " + std::to_string(*amount) : "");
    co_return co_await telling;
}

Task<Told> Client::collect(OrderId order) {
    const PaymentId payment{simulation_.ground.ids.next()};
    auto telling = tell_order(order, "collects cash", CollectPayment{payment, {}, "key"});
    co_return co_await telling;
}

Task<Told> Client::reserve(std::vector<std::pair<StockKey, std::int64_t>> units,
                           std::optional<CartId> cart, Duration lasts) {
    Wish wish{.what = "reserves", .body = "", .act = {}, .effect = {}, .always_writes = true};
    for (const auto& [key, quantity] : units)
        wish.body += std::to_string(quantity) + " x " + to_text(key.variant) + " ";
    auto& ground = simulation_.ground;
    wish.act = [=, &ground](Server& server, AskContext context, Reply reply) {
        server.entities().stocks().reserve(
            {ReserveMany{ReservationId{ground.ids.next()}, units, cart, ground.now() + lasts},
             std::move(context), answer_with<Reservation>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::close(ReservationId reservation, ReservationState outcome) {
    Wish wish{.what = outcome == ReservationState::confirmed ? "confirms a reservation"
                                                             : "releases a reservation",
              .body = to_text(reservation),
              .act = {}};
    wish.act = [=](Server& server, AskContext context, Reply reply) {
        server.entities().stocks().close({CloseMany{reservation, outcome}, std::move(context),
                                          answer_with<Reservation>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::adjust(StockKey sku, std::int64_t by) {
    Wish wish{.what = "counts stock",
              .body = to_text(sku.variant) + " by " + std::to_string(by),
              .act = {},
              .effect = {},
              .always_writes = by != 0};
    wish.act = [=](Server& server, AskContext context, Reply reply) {
        server.entities().stocks().adjust(
            sku, {AdjustStock{.absolute = false, .quantity = by, .reason = "counted"},
                  std::move(context), answer_with<StockView>, std::move(reply)});
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::look_at(StockKey sku) {
    Wish wish{.what = "looks at stock", .body = to_text(sku.variant), .act = {}};
    wish.read_of = stock_key_text(sku);
    wish.act = [=](Server& server, const AskContext&, Reply reply) {
        server.entities().stocks().read({default_tenant, sku},
                                        read_for<StockView>(std::move(reply)));
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::look_at(CartId cart) {
    Wish wish{.what = "looks at its cart", .body = to_text(cart), .act = {}};
    wish.read_of = to_text(cart);
    wish.act = [=](Server& server, const AskContext&, Reply reply) {
        server.entities().carts().read({default_tenant, cart}, read_for<Cart>(std::move(reply)));
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

Task<Told> Client::look_at(OrderId order) {
    Wish wish{.what = "looks at its order", .body = to_text(order), .act = {}};
    wish.read_of = to_text(order);
    wish.act = [=](Server& server, const AskContext&, Reply reply) {
        server.entities().orders().read({default_tenant, order}, read_for<Order>(std::move(reply)));
    };
    auto asking = ask(std::move(wish));
    co_return co_await asking;
}

}  // namespace souk::simulation
