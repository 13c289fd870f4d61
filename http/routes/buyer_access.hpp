#pragma once
// Which cart a request is about, and whose: a guest's is whoever's who knows its id, a person's is
// theirs alone.

#include <memory>
#include <optional>

#include "domain/cart.hpp"
#include "http/call.hpp"
#include "http/task.hpp"

namespace souk {

using CartFound = Result<std::shared_ptr<const Cart>>;

/// The committed cart, whoever asks.
Task<CartFound> read_cart_row(Call& call, CartId id);

/// The cart, if the caller may see and change it; to all others it is `not_found`. Whose a cart is
/// never changes, so what is told to it afterwards needs no other look.
Task<CartFound> find_cart(Call& call, CartId id);

/// The cart a body names. One that is not there is the body's mistake: `invalid_input`.
Task<CartFound> cart_of_body(Call& call, CartId id);
/// `not_found` in an answer that a body's cartId led to becomes `invalid_input` as well.
Outcome blame_cart_id(Outcome outcome);

/// A person's open cart, made when there is none; two requests at once get the same one.
Task<CartFound> current_cart(Call& call, UserId user, Currency currency);

/// The cart in the path, or the caller's current one where the path names none.
Task<CartFound> cart_in_question(Call& call);

/// May the caller name this customer, in a cart or an order? People their own, guests one that no
/// account is behind, administrators and keys for orders any. Else it is `invalid_input`.
Task<Result<void>> may_name(Call& call, std::optional<CustomerId> customer);

}  // namespace souk
