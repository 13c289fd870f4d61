#pragma once
// The actor of one cart. Placing the order is its work too: it gathers every SKU's reservation and
// hands order, reservations and the closed cart to the lane as one change. So is taking in a
// guest's cart (cart_merging.cpp): both carts and what the guest had reserved are one change too.

#include <memory>
#include <variant>

#include "actors/discount_actor.hpp"
#include "actors/entity_actor.hpp"
#include "actors/order_actor.hpp"
#include "actors/stock_actor.hpp"
#include "domain/cart.hpp"
#include "domain/cart_merge.hpp"
#include "domain/checkout.hpp"

namespace souk {

struct CartEntity {
    using Key = OfTenant<CartId>;
    using State = Cart;
    using View = Cart;
    static constexpr const char* name = "cart";
    static constexpr auto kind = EntityKind::cart;
    static std::string key_text(const Key& key) {
        return tenant_key_text(key.tenant, to_text(key.id));
    }
    static std::optional<Key> parse_key(std::string_view text) {
        return parse_tenant_key<CartId>(text, parse_id<CartId>);
    }

    static std::shared_ptr<const View> view_of(const std::shared_ptr<const State>& state) {
        return state;
    }
    static std::shared_ptr<const View> next_view(const Key& key, const std::shared_ptr<const View>&,
                                                 const ChangeSet& change) {
        for (const auto* cart : {&change.cart, &change.merged_cart})
            if (cart->next && cart->next->id == key.id) return cart->next;
        return nullptr;
    }
};

using CartLife = Life<CartEntity>;
using CartRegistry = Registry<CartEntity>;

/// What a checkout needs besides the cart.
struct CheckoutPlumbing {
    StockRegistry& stocks;
    DiscountRegistry& discounts;
    OrderRegistry& orders;
    LoadQueue<OfTenant<OrderId>, Order>& order_rows;
    OrderNumbers& numbers;
};

/// An order on its way: drafted from the cart, waiting for its units and its discount.
struct OrderDrafted {
    std::shared_ptr<Ask<PlaceOrder, Order>> ask;
    Order draft;
    std::vector<std::pair<StockKey, std::int64_t>> demand;
    JointResult joint;  // a part per SKU of the demand, then the discount's
};

/// A guest's cart that does nothing else until it is emptied into another, or is not after all.
class WaitingGuest final : public Prepared {
public:
    WaitingGuest(std::shared_ptr<CartLife> life, std::shared_ptr<const Cart> cart,
                 MessageRecordPtr record);
    ~WaitingGuest() override;
    const Cart& cart() const { return *cart_; }
    /// What is left of it; before it is handed over.
    void leave(Cart rest) { rest_ = std::make_shared<const Cart>(std::move(rest)); }
    void hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) override;

private:
    std::shared_ptr<CartLife> life_;
    std::shared_ptr<const Cart> cart_;
    std::shared_ptr<const Cart> rest_;
    bool handed_over_{false};
};
using WaitingGuestPtr = std::unique_ptr<WaitingGuest>;
using MergeAskPtr = std::shared_ptr<Ask<MergeCart, Cart>>;

/// To a guest's cart: wait for what is to become of you.
struct PrepareGuest {
    std::string request_id;
    Promise<Result<WaitingGuestPtr>> prepared;
};
struct GuestReleased {
    std::shared_ptr<const Cart> rest;  // null: nothing became of it
};
struct GuestPrepared {
    MergeAskPtr ask;
    Result<WaitingGuestPtr> guest;
};
/// Two carts that are decided, waiting for what the guest had reserved.
struct MergeDrafted {
    MergeAskPtr ask;
    WaitingGuestPtr guest;
    MergedCarts merged;
    JointResult joint;
};

class CartLetter : public LetterBody {
public:
    using Mail = std::variant<Ask<CartCommand, Cart>, Ask<PlaceOrder, Order>, OrderDrafted,
                              Read<Cart>, Ask<MergeCart, Cart>, PrepareGuest, GuestReleased,
                              GuestPrepared, MergeDrafted>;
    explicit CartLetter(Mail content);
    void refuse(const Error& error) override;
    std::string_view what() const override;
    std::string_view request_id() const override;
    bool starts_work() const override { return !std::holds_alternative<PrepareGuest>(mail); }
    Mail mail;
};

class CartActor : public EntityActor<CartEntity> {
public:
    CartActor(caf::actor_config& config, EntityPlumbing plumbing, CartRegistry& registry,
              Loads& loads, LifePtr life, std::shared_ptr<const Cart> fresh,
              CheckoutPlumbing checkout);

private:
    void adopt(std::shared_ptr<const Cart> state) override { cart_ = std::move(state); }
    std::shared_ptr<const Cart> absent() const override { return std::make_shared<const Cart>(); }
    void handle(LetterBody& body) override;
    std::vector<StateField> describe() const override { return state_fields(*cart_); }

    void receive(Ask<CartCommand, Cart>& ask);
    void receive(Ask<PlaceOrder, Order>& ask);
    void receive(OrderDrafted& drafted);
    void receive(Read<Cart>& read);
    void receive(Ask<MergeCart, Cart>& ask);
    void receive(PrepareGuest& prepare);
    void receive(GuestReleased& released);
    void receive(GuestPrepared& prepared);
    void receive(MergeDrafted& drafted);
    void repeat_order(Ask<PlaceOrder, Order>& ask);
    void commit_order(OrderDrafted& drafted);
    void move_reservations(GuestPrepared& prepared, MergedCarts merged);
    void commit_merge(MergeDrafted& drafted);

    CartRegistry& carts_;
    CheckoutPlumbing checkout_;
    std::shared_ptr<const Cart> cart_;
    std::shared_ptr<const Order> placed_;  // while its commit may still be under way
};

}  // namespace souk
