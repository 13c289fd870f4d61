#pragma once
// A guest logs in: what is in their cart goes into their own.

#include <optional>

#include "http/call.hpp"
#include "http/task.hpp"

namespace souk {

/// Merges the cart that the body names, or X-Cart-Id, and notes in the tokens what became of it.
/// The log-in stands either way. A repeat finds it done and says the same.
Task<bool> take_guest_cart(Call& call, std::optional<CartId> in_body, LoggedIn& tokens);

}  // namespace souk
