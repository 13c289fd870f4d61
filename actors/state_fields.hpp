#pragma once
// The state of an entity for people: what is compared between memory and rows. Nobody's name,
// address or secret is among it.

#include <vector>

#include "domain/cart.hpp"
#include "domain/discount.hpp"
#include "domain/order.hpp"
#include "domain/stock.hpp"
#include "protocol/console.hpp"

namespace souk {

std::vector<StateField> state_fields(const Stock& stock);
std::vector<StateField> state_fields(const Cart& cart);
std::vector<StateField> state_fields(const Order& order);
std::vector<StateField> state_fields(const Discount& discount);

/// A key as the console writes it: "var_…:vend_…".
std::string stock_key_text(const StockKey& key);
std::optional<StockKey> parse_stock_key(std::string_view text);

}  // namespace souk
