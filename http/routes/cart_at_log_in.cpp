#include "http/routes/cart_at_log_in.hpp"

#include <algorithm>

#include "http/routes/buyer_access.hpp"
#include "http/routes/lookups.hpp"

namespace souk {
namespace {

// Again when the person's cart was ordered in between, and once more to read what was done.
constexpr int most_attempts = 4;

Error no_such_cart() { return refuse(ErrorCode::not_found, "no such cart"); }

CartAtLogIn not_merged(Error why) { return {std::nullopt, std::move(why), {}}; }

/// Nobody learns whether another person's cart exists.
Task<CartAtLogIn> already_merged(Call& call, UserId user, std::shared_ptr<const Cart> guest) {
    const auto survivor = co_await read_cart_row(call, *guest->merged_into);
    if (!survivor) co_return not_merged(survivor.error());
    if ((*survivor)->user_id != user) co_return not_merged(no_such_cart());
    co_return CartAtLogIn{guest->merged_into, std::nullopt, guest->items};
}

/// Units of what is in both.
Task<Result<Availability>> available_of_both(Call& call, std::shared_ptr<const Cart> own,
                                             std::shared_ptr<const Cart> guest) {
    const auto theirs = skus_of(*guest);
    auto both = skus_of(*own);
    std::erase_if(
        both, [&](const StockKey& key) { return std::ranges::find(theirs, key) == theirs.end(); });
    const auto levels = co_await stock_levels(call, std::move(both));
    if (!levels) co_return levels.error();
    Availability available;
    for (const auto& [key, units] : **levels) available.emplace(key, units);
    co_return available;
}

Task<Outcome> merge_into(Call& call, UserId user, std::shared_ptr<const Cart> own,
                         std::shared_ptr<const Cart> guest) {
    auto available = co_await available_of_both(call, own, guest);
    if (!available) co_return available.error();
    MergeCart command{guest->id, std::move(*available)};
    auto context = call.ask_context_without_key();
    context.actor = to_text(user);
    co_return co_await call.wait<Outcome>([&](Reply reply) {
        call.services().carts.merge(
            own->id, {std::move(command), std::move(context), [](const Cart&) { return Answer{}; },
                      std::move(reply)});
    });
}

/// Why it would be refused, seen before a cart is made for nothing.
std::optional<Error> refuse_guest(const Cart& guest, TimePoint now) {
    if (guest.user_id) return no_such_cart();
    if (guest.status == CartStatus::ordered)
        return refuse(ErrorCode::conflict, "the cart has already been ordered");
    if (has_expired(guest, now)) return refuse(ErrorCode::gone, "the cart has expired");
    return std::nullopt;
}

Task<CartAtLogIn> merge(Call& call, UserId user, CartId id) {
    Error why{ErrorCode::unavailable, "the cart is being changed: log in again to merge it"};
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const auto guest = co_await read_cart_row(call, id);
        if (!guest) co_return not_merged(guest.error());
        if ((*guest)->merged_into) co_return co_await already_merged(call, user, *guest);
        if (auto refused = refuse_guest(**guest, call.services().clock.now()))
            co_return not_merged(std::move(*refused));
        const auto own = co_await current_cart(call, user, (*guest)->currency);
        if (!own) co_return not_merged(own.error());
        const auto outcome = co_await merge_into(call, user, *own, *guest);
        if (!outcome && outcome.error().code != ErrorCode::conflict)
            co_return not_merged(outcome.error());
    }
    co_return not_merged(std::move(why));
}

/// What is wrong below us is not for callers.
void hide_trouble(CartAtLogIn& cart) {
    if (!cart.refusal) return;
    const auto code = cart.refusal->code;
    if (code == ErrorCode::unavailable || code == ErrorCode::internal)
        cart.refusal->message = "the cart could not be merged now: log in again to try once more";
}

}  // namespace

Task<bool> take_guest_cart(Call& call, std::optional<CartId> in_body, LoggedIn& tokens) {
    const auto& request = call.request();
    if (!in_body && !request.has_header("x-cart-id")) co_return false;
    const auto id = in_body ? in_body : parse_id<CartId>(request.header("x-cart-id"));
    tokens.cart = not_merged(no_such_cart());
    if (id) tokens.cart = co_await merge(call, tokens.user.id, *id);
    hide_trouble(*tokens.cart);
    co_return true;
}

}  // namespace souk
