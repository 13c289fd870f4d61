#pragma once
// The actor of one cart. Placing the order is its work too: it gathers every SKU's reservation and
// hands order, reservations and the closed cart to the lane as one change.

#include <memory>
#include <variant>

#include "actors/discount_actor.hpp"
#include "actors/entity_actor.hpp"
#include "actors/order_actor.hpp"
#include "actors/stock_actor.hpp"
#include "domain/cart.hpp"
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
        return change.cart.next && change.cart.next->id == key.id ? change.cart.next : nullptr;
    }
};

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

class CartLetter : public LetterBody {
public:
    using Mail =
        std::variant<Ask<CartCommand, Cart>, Ask<PlaceOrder, Order>, OrderDrafted, Read<Cart>>;
    explicit CartLetter(Mail content);
    void refuse(const Error& error) override;
    std::string_view what() const override;
    std::string_view request_id() const override;
    Mail mail;
};

class CartActor : public EntityActor<CartEntity> {
public:
    CartActor(caf::actor_config& config, EntityPlumbing plumbing, CartRegistry& registry,
              Loads& loads, LifePtr life, std::shared_ptr<const Cart> fresh,
              CheckoutPlumbing checkout);

private:
    void adopt(std::shared_ptr<const Cart> state) override { cart_ = std::move(state); }
    void handle(LetterBody& body) override;
    std::vector<StateField> describe() const override { return state_fields(*cart_); }

    void receive(Ask<CartCommand, Cart>& ask);
    void receive(Ask<PlaceOrder, Order>& ask);
    void receive(OrderDrafted& drafted);
    void receive(Read<Cart>& read) { read(life()->view()); }
    void repeat_order(Ask<PlaceOrder, Order>& ask);
    void commit_order(OrderDrafted& drafted);

    CheckoutPlumbing checkout_;
    std::shared_ptr<const Cart> cart_;
    std::shared_ptr<const Order> placed_;  // while its commit may still be under way
};

}  // namespace souk
