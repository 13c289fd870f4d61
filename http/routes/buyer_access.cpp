#include "http/routes/buyer_access.hpp"

#include "http/routes/order_access.hpp"

namespace souk {
namespace {

// From the one that was ordered last to the one that is open: one step, or two when an order was
// just placed.
constexpr int most_steps = 4;

Error no_such_cart() { return refuse(ErrorCode::not_found, "no such cart"); }

Error cart_id_is_wrong() {
    return {ErrorCode::invalid_input, "Invalid input data", {{"cartId", "names no cart"}}};
}

bool may_touch(const Principal& principal, const Cart& cart) {
    return !cart.user_id || has_ordered(principal, cart.user_id) || principal.is_staff();
}

/// A person's first cart has their own id, and each further one that of the order which closed the
/// one before: so whoever asks at the same time asks the same actor, and the first to come makes
/// it.
CartId first_cart_of(const UserId& user) { return CartId{user.uuid}; }
CartId cart_after(const OrderId& order) { return CartId{order.uuid}; }

Task<CartFound> make_cart(Call& call, UserId user, CartId id, Currency currency) {
    const auto& services = call.services();
    const auto expires_at = services.clock.now() + services.settings.cart_lifetime;
    const auto made = co_await call.wait<Outcome>([&](Reply reply) {
        services.carts.tell(id, {CreateCart{id, std::nullopt, currency, expires_at, user},
                                 call.ask_context_without_key(),
                                 [](const Cart&) { return Answer{}; }, std::move(reply)});
    });
    if (!made && made.error().code != ErrorCode::conflict) co_return made.error();
    co_return co_await read_cart_row(call, id);
}

}  // namespace

Task<CartFound> read_cart_row(Call& call, CartId id) {
    co_return co_await call.wait<CartFound>([&](Promise<CartFound> promise) {
        call.services().carts.read({call.tenant(), id}, std::move(promise));
    });
}

Task<CartFound> find_cart(Call& call, CartId id) {
    auto cart = co_await read_cart_row(call, id);
    if (cart && !may_touch(call.principal(), **cart)) co_return no_such_cart();
    co_return cart;
}

Task<CartFound> cart_of_body(Call& call, CartId id) {
    auto found = co_await find_cart(call, id);
    if (!found && found.error().code == ErrorCode::not_found) co_return cart_id_is_wrong();
    co_return found;
}

Outcome blame_cart_id(Outcome outcome) {
    if (!outcome && outcome.error().code == ErrorCode::not_found) return cart_id_is_wrong();
    return outcome;
}

Task<CartFound> current_cart(Call& call, UserId user, Currency currency) {
    using Last = Result<std::optional<CartId>>;
    const auto last = co_await call.wait<Last>([&](Promise<Last> promise) {
        call.services().buyers.last_cart({call.tenant(), user}, std::move(promise));
    });
    if (!last) co_return last.error();
    auto id = last->value_or(first_cart_of(user));
    for (int step = 0; step < most_steps; ++step) {
        auto cart = co_await read_cart_row(call, id);
        if (!cart && cart.error().code == ErrorCode::not_found)
            cart = co_await make_cart(call, user, id, currency);
        if (!cart || (*cart)->status == CartStatus::open) co_return cart;
        id = cart_after(*(*cart)->order_id);
    }
    co_return refuse(ErrorCode::unavailable, "the cart is being ordered: try again");
}

Task<CartFound> cart_in_question(Call& call) {
    if (call.path("cartId").empty())
        co_return co_await current_cart(call, call.principal().user_id, {});
    const auto id = call.path_id<CartId>("cartId");
    if (!id) co_return id.error();
    co_return co_await find_cart(call, *id);
}

Task<Result<void>> may_name(Call& call, std::optional<CustomerId> customer) {
    const auto& principal = call.principal();
    const bool any =
        principal.is_staff() || (!principal.vendor && principal.has_scope("orders:write"));
    if (!customer || any) co_return Result<void>{};
    using Owner = Result<std::optional<UserId>>;
    const auto owner = co_await call.wait<Owner>([&](Promise<Owner> promise) {
        call.services().buyers.owner({call.tenant(), *customer}, std::move(promise));
    });
    if (!owner && owner.error().code != ErrorCode::not_found) co_return owner.error();
    const bool is_theirs =
        owner && (*owner ? has_ordered(principal, *owner) : !principal.is_user());
    if (is_theirs) co_return Result<void>{};
    co_return refuse(ErrorCode::invalid_input, "customerId", "is no customer of yours");
}

}  // namespace souk
