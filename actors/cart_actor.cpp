#include "actors/cart_actor.hpp"

#include "actors/command_names.hpp"
#include "actors/committed_read.hpp"
#include "domain/guards.hpp"
#include "protocol/events.hpp"

namespace souk {
namespace {

/// The details of every SKU that refused, by the cart lines that asked for it.
Error shortage(const OrderDrafted& drafted) {
    Error error = drafted.joint.refusals.front().second;
    error.details.clear();
    for (const auto& [index, refusal] : drafted.joint.refusals) {
        if (refusal.code != ErrorCode::insufficient_stock) return refusal;
        const auto& key = drafted.demand[index].first;
        for (std::size_t line = 0; line < drafted.draft.items.size(); ++line) {
            const auto& offer = drafted.draft.items[line].offer;
            if (StockKey{offer.variant_id, offer.seller_id} != key) continue;
            error.details.push_back({"items[" + std::to_string(line) + "].quantity",
                                     offer.sku + ": " + refusal.message});
        }
    }
    error.message = "not enough stock for one or more items";
    return error;
}

bool is_continuation(const CartLetter::Mail& mail) {
    return std::holds_alternative<OrderDrafted>(mail) ||
           std::holds_alternative<GuestReleased>(mail) ||
           std::holds_alternative<GuestPrepared>(mail) ||
           std::holds_alternative<MergeDrafted>(mail);
}

HoldDiscount hold_of(const Order& draft) {
    return {.order_id = draft.id,
            .buyer = {draft.customer_id, draft.shipping_address.email},
            .subtotal = draft.totals.subtotal,
            .currency = draft.currency,
            .expires_at = draft.reserved_until,
            .terms = draft.discount->terms};
}

}  // namespace

CartLetter::CartLetter(Mail content)
    : LetterBody(is_continuation(content) ? LetterKind::continuation : LetterKind::command),
      mail(std::move(content)) {}

void CartLetter::refuse(const Error& error) {
    struct Refusal {
        const Error& error;
        void operator()(const Ask<CartCommand, Cart>& ask) const { ask.reply(error); }
        void operator()(const Ask<PlaceOrder, Order>& ask) const { ask.reply(error); }
        void operator()(const OrderDrafted& drafted) const { drafted.ask->reply(error); }
        void operator()(const Read<Cart>& read) const { read(error); }
        void operator()(const Ask<MergeCart, Cart>& ask) const { ask.reply(error); }
        void operator()(const PrepareGuest& prepare) const { prepare.prepared(error); }
        void operator()(const GuestReleased&) const {}
        void operator()(const GuestPrepared& prepared) const { prepared.ask->reply(error); }
        void operator()(const MergeDrafted& drafted) const { drafted.ask->reply(error); }
    };
    std::visit(Refusal{error}, mail);
}

std::string_view CartLetter::what() const {
    static constexpr NamesOf<CartCommand> commands{"create",          "add item",
                                                   "update item",     "remove item",
                                                   "clear",           "estimate shipping",
                                                   "apply discount",  "remove discount",
                                                   "change currency", "leave"};
    static constexpr NamesOf<Mail> letters{"",
                                           "place order",
                                           "go on with order",
                                           "read",
                                           "merge",
                                           "prepare guest",
                                           "release guest",
                                           "go on with merge",
                                           "go on with merge"};
    if (const auto* ask = std::get_if<Ask<CartCommand, Cart>>(&mail))
        return name_in(commands, ask->command);
    return name_in(letters, mail);
}

std::string_view CartLetter::request_id() const {
    if (const auto* ask = std::get_if<Ask<CartCommand, Cart>>(&mail))
        return ask->context.request_id;
    if (const auto* ask = std::get_if<Ask<PlaceOrder, Order>>(&mail))
        return ask->context.request_id;
    if (const auto* drafted = std::get_if<OrderDrafted>(&mail))
        return drafted->ask->context.request_id;
    if (const auto* ask = std::get_if<Ask<MergeCart, Cart>>(&mail)) return ask->context.request_id;
    if (const auto* prepare = std::get_if<PrepareGuest>(&mail)) return prepare->request_id;
    if (const auto* prepared = std::get_if<GuestPrepared>(&mail))
        return prepared->ask->context.request_id;
    if (const auto* drafted = std::get_if<MergeDrafted>(&mail))
        return drafted->ask->context.request_id;
    return {};
}

CartActor::CartActor(caf::actor_config& config, EntityPlumbing plumbing, CartRegistry& registry,
                     Loads& loads, LifePtr life, std::shared_ptr<const Cart> fresh,
                     CheckoutPlumbing checkout)
    : EntityActor(config, plumbing, registry, loads, std::move(life)),
      carts_(registry),
      checkout_(checkout) {
    if (fresh) begin_with(std::move(fresh));
}

void CartActor::handle(LetterBody& body) {
    std::visit([this](auto& mail) { receive(mail); }, static_cast<CartLetter&>(body).mail);
    if (cart_->version == 0) life()->send(std::make_shared<LetterBody>(LetterKind::passivate));
}

void CartActor::receive(Read<Cart>& read) {
    auto view = life()->view();
    if (!view || view->version == 0) return read(refuse(ErrorCode::not_found, "no such cart"));
    read(std::move(view));
}

void CartActor::receive(Ask<CartCommand, Cart>& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    auto next = decide(*cart_, ask.command, now());
    if (!next) return ask.reply(next.error());
    auto answer = ask.render(*next);
    if (next->version == cart_->version)
        return answer_settled(std::move(answer), std::move(ask.reply));
    ChangeSet change;
    change.cart = {cart_, std::make_shared<const Cart>(std::move(*next))};
    cart_ = change.cart.next;
    commit(std::move(change), {}, ask.context, std::move(answer), std::move(ask.reply));
}

void CartActor::receive(Ask<PlaceOrder, Order>& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    if (cart_->status == CartStatus::ordered && may_order(*cart_, ask.command) &&
        holds(Guard::one_order_per_cart))
        return repeat_order(ask);
    auto draft = draft_order(*cart_, ask.command, now());
    if (!draft) return ask.reply(draft.error());

    OrderDrafted drafted{
        std::make_shared<Ask<PlaceOrder, Order>>(std::move(ask)), std::move(*draft), {}, {}};
    drafted.demand = demand_of(drafted.draft.items);
    StockCommands commands;
    for (const auto& [key, quantity] : drafted.demand)
        commands.emplace_back(key, ReserveStock{.id = drafted.draft.reservation_id,
                                                .quantity = quantity,
                                                .expires_at = drafted.draft.reserved_until,
                                                .cart_id = drafted.draft.cart_id,
                                                .order_id = drafted.draft.id,
                                                .takes_over_cart = true});
    const auto& request_id = drafted.ask->context.request_id;
    const auto& tenant = life()->key().tenant;
    auto parts = parts_of(checkout_.stocks, tenant, std::move(commands), request_id);
    if (const auto& discount = drafted.draft.discount)
        parts.push_back(prepare_discount(checkout_.discounts, {tenant, discount->code},
                                         hold_of(drafted.draft), request_id));
    set_busy(true);
    auto shared = std::make_shared<OrderDrafted>(std::move(drafted));
    prepare_jointly(parts, [life = life(), shared](JointResult joint) {
        shared->joint = std::move(joint);
        life->send(std::make_shared<CartLetter>(std::move(*shared)));
    });
}

// The same wish again gets the order that stands; another wish learns that there is one.
void CartActor::repeat_order(Ask<PlaceOrder, Order>& ask) {
    if (ask.command.fingerprint != cart_->order_fingerprint) {
        auto refusal = draft_order(*cart_, ask.command, now()).error();
        return answer_settled(std::move(refusal), std::move(ask.reply));
    }
    if (!life()->settled() && placed_) {
        auto answer = ask.render(*placed_);
        answer.replayed = true;
        return answer_settled(std::move(answer), std::move(ask.reply));
    }
    placed_.reset();
    auto shared = std::make_shared<Ask<PlaceOrder, Order>>(std::move(ask));
    read_committed<OrderLetter>(checkout_.orders, checkout_.order_rows,
                                {life()->key().tenant, *cart_->order_id},
                                Read<Order>([shared](Result<std::shared_ptr<const Order>> order) {
                                    if (!order) return shared->reply(order.error());
                                    auto answer = shared->render(**order);
                                    answer.replayed = true;
                                    shared->reply(std::move(answer));
                                }));
}

void CartActor::receive(OrderDrafted& drafted) {
    if (drafted.joint.refusals.empty())
        commit_order(drafted);
    else
        drafted.ask->reply(shortage(drafted));
    drafted.joint = {};
    set_busy(false);
}

void CartActor::commit_order(OrderDrafted& drafted) {
    auto& ask = *drafted.ask;
    auto& order = drafted.draft;
    order.number = checkout_.numbers.next(order.created_at);
    for (auto& item : order.items) item.id = OrderItemId{ids().next()};

    ChangeSet change;
    change.order = {nullptr, std::make_shared<const Order>(std::move(order))};
    change.cart = {cart_, std::make_shared<const Cart>(ordered(*cart_, ask.command, now()))};
    change.events.push_back(
        order_event("order.created", *change.order.next, ask.context.request_id));
    cart_ = change.cart.next;
    placed_ = change.order.next;
    auto answer = ask.render(*placed_);
    std::vector<ActivationPtr> participants;
    for (auto& prepared : drafted.joint.prepared) prepared->hand_over(change, participants);
    commit(std::move(change), std::move(participants), ask.context, std::move(answer),
           and_passivate(std::move(ask.reply)));
}

}  // namespace souk
