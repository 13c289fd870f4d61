// A person's cart takes in a guest's: the guest's cart waits, what it had reserved changes hands,
// and both carts go to the lane as one change.

#include "actors/cart_actor.hpp"

namespace souk {
namespace {

Error no_such_cart() { return refuse(ErrorCode::not_found, "no such cart"); }

/// What the guest had reserved of anything that either had in the cart.
StockCommands moves_of(const MergedCarts& merged) {
    StockCommands commands;
    for (const auto& item : merged.survivor.items)
        commands.emplace_back(StockKey{item.offer.variant_id, item.offer.seller_id},
                              MoveReservations{merged.guest.id, merged.survivor.id});
    return commands;
}

/// A SKU that has no stock has nothing reserved of it either.
const Error* real_refusal(const JointResult& joint) {
    for (const auto& [index, refusal] : joint.refusals)
        if (refusal.code != ErrorCode::not_found) return &refusal;
    return nullptr;
}

}  // namespace

WaitingGuest::WaitingGuest(std::shared_ptr<CartLife> life, std::shared_ptr<const Cart> cart,
                           MessageRecordPtr record)
    : Prepared(std::move(record)), life_(std::move(life)), cart_(std::move(cart)) {
    life_->unsettle();
}

WaitingGuest::~WaitingGuest() {
    life_->send(std::make_shared<CartLetter>(GuestReleased{handed_over_ ? rest_ : nullptr}));
}

void WaitingGuest::hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) {
    change.merged_cart = {cart_, rest_};
    participants.push_back(life_);
    handed_over_ = true;
}

void CartActor::receive(PrepareGuest& prepare) {
    if (auto admitted = admit(); !admitted) return prepare.prepared(admitted.error());
    if (cart_->version == 0 || cart_->user_id) return prepare.prepared(no_such_cart());
    set_busy(true);
    prepare.prepared(std::make_unique<WaitingGuest>(life(), cart_, record()));
}

void CartActor::receive(GuestReleased& released) {
    if (released.rest)
        cart_ = std::move(released.rest);
    else
        life()->settle();
    set_busy(false);
}

void CartActor::receive(Ask<MergeCart, Cart>& ask) {
    if (auto admitted = admit(); !admitted) return ask.reply(admitted.error());
    if (!cart_->user_id) return ask.reply(no_such_cart());
    const CartEntity::Key guest{life()->key().tenant, ask.command.guest};
    if (guest.id == cart_->id) return ask.reply(no_such_cart());
    set_busy(true);
    auto request_id = ask.context.request_id;
    auto shared = std::make_shared<Ask<MergeCart, Cart>>(std::move(ask));
    Promise<Result<WaitingGuestPtr>> prepared{
        [life = life(), shared](Result<WaitingGuestPtr> waiting) {
            life->send(std::make_shared<CartLetter>(GuestPrepared{shared, std::move(waiting)}));
        }};
    carts_.tell(guest, std::make_shared<CartLetter>(
                           PrepareGuest{std::move(request_id), std::move(prepared)}));
}

void CartActor::receive(GuestPrepared& prepared) {
    auto& ask = *prepared.ask;
    if (!prepared.guest) {
        ask.reply(prepared.guest.error());
        return set_busy(false);
    }
    const auto& guest = (*prepared.guest)->cart();
    if (guest.merged_into == cart_->id) {  // a repeat
        answer_settled(ask.render(guest), std::move(ask.reply));
        return set_busy(false);
    }
    auto merged = merge_carts(*cart_, guest, ask.command.available, now());
    if (!merged) {
        ask.reply(merged.error());
        return set_busy(false);
    }
    move_reservations(prepared, std::move(*merged));
}

void CartActor::move_reservations(GuestPrepared& prepared, MergedCarts merged) {
    auto shared = std::make_shared<MergeDrafted>(
        MergeDrafted{std::move(prepared.ask), std::move(*prepared.guest), std::move(merged), {}});
    const auto& tenant = life()->key().tenant;
    const auto parts = parts_of(checkout_.stocks, tenant, moves_of(shared->merged),
                                shared->ask->context.request_id);
    auto go_on = [life = life(), shared](JointResult joint) {
        shared->joint = std::move(joint);
        life->send(std::make_shared<CartLetter>(std::move(*shared)));
    };
    if (parts.empty())
        go_on({});
    else
        prepare_jointly(parts, std::move(go_on));
}

void CartActor::receive(MergeDrafted& drafted) {
    if (const auto* refusal = real_refusal(drafted.joint))
        drafted.ask->reply(*refusal);
    else
        commit_merge(drafted);
    drafted.joint = {};
    drafted.guest.reset();
    set_busy(false);
}

void CartActor::commit_merge(MergeDrafted& drafted) {
    auto& ask = *drafted.ask;
    ChangeSet change;
    change.cart = {cart_, std::make_shared<const Cart>(std::move(drafted.merged.survivor))};
    cart_ = change.cart.next;
    auto answer = ask.render(drafted.merged.guest);
    std::vector<ActivationPtr> participants;
    drafted.guest->leave(std::move(drafted.merged.guest));
    drafted.guest->hand_over(change, participants);
    for (auto& prepared : drafted.joint.prepared) prepared->hand_over(change, participants);
    commit(std::move(change), std::move(participants), ask.context, std::move(answer),
           std::move(ask.reply));
}

}  // namespace souk
