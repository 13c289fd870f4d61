#pragma once
// From a cart to an order: a pure function of the cart, the buyer's wishes and the price tables.

#include <memory>
#include <optional>
#include <string>

#include "domain/cart.hpp"
#include "domain/order.hpp"
#include "domain/shipping.hpp"
#include "domain/tax.hpp"

namespace souk {

/// Reference data an order is priced with; replaced as a whole when it changes.
struct PriceTables {
    std::vector<ShippingZone> zones;
    std::vector<TaxRule> tax_rules;
};

struct PlaceOrder {
    OrderId order_id;
    ReservationId reservation_id;
    std::optional<CustomerId> customer_id;
    Address shipping_address;
    Address billing_address;
    std::string shipping_method;
    PaymentMethod payment_method{PaymentMethod::cash_on_delivery};
    std::string notes;
    std::optional<Amount> expected_total;
    std::string fingerprint;  // hash of the request: tells a repeat from another wish
    Duration reservation_time{};
    std::string actor;
    std::shared_ptr<const PriceTables> tables;
    std::optional<UserId> user_id{};  // of the person who orders
    bool for_others{false};           // staff, who may order anybody's cart
};

Destination destination_of(const Address& address);

/// May they order it? A person's cart is theirs alone.
bool may_order(const Cart& cart, const PlaceOrder& command);

/// The order this cart becomes, without its number and its items' ids, which the caller gives.
/// Refusals: `not_found` for a cart that does not exist or is another's, `conflict` when it already
/// has an order, was merged or `expected_total` no longer holds, `invalid_input` for an empty cart,
/// `gone` for an expired one, `unprocessable` for an address or a shipping method that is not
/// served.
Result<Order> draft_order(const Cart& cart, const PlaceOrder& command, TimePoint now);

/// The cart once its order stands.
Cart ordered(const Cart& cart, const PlaceOrder& command, TimePoint now);

}  // namespace souk
