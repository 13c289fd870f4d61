#pragma once
// A cart: lines, where it goes, and what it comes to. It is closed for good by its one order, or by
// the merge with the cart of the person whom it turned out to be.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/discount.hpp"
#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "domain/shipping.hpp"
#include "domain/tax.hpp"
#include "domain/time.hpp"

namespace souk {

inline constexpr std::int64_t max_line_quantity = 1'000;
inline constexpr std::size_t max_cart_lines = 100;
/// Merging two carts must lose no line, so it may make more of them than one could add.
inline constexpr std::size_t max_merged_lines = 2 * max_cart_lines;

struct CartItem {
    CartItemId id;
    Offer offer;
    std::int64_t quantity{};
    Amount total_price{};
};

struct Totals {
    Amount subtotal{};
    Amount discount{};
    Amount tax{};
    Amount shipping{};
    Amount total{};
    bool operator==(const Totals&) const = default;
};

enum class CartStatus { open, ordered, merged };

struct Cart {
    CartId id;
    std::optional<CustomerId> customer_id;
    Currency currency;
    CartStatus status{CartStatus::open};
    std::optional<OrderId> order_id;
    std::string order_fingerprint;  // of the request that made the order
    std::vector<CartItem> items;
    std::optional<Destination> destination;
    TaxRate tax_rate;
    std::optional<ShippingMethod> shipping_method;
    Totals totals;
    TimePoint created_at;
    TimePoint updated_at;
    TimePoint expires_at;
    Version version{};
    std::optional<AppliedDiscount>
        discount;                       // its amount is in the totals, repriced with the lines
    std::optional<UserId> user_id;      // whose it is for good; nothing: whoever knows its id
    std::optional<CartId> merged_into;  // its lines are what that cart could not take
};

/// Of a person: makes their cart, or finds it made.
struct CreateCart {
    CartId id;
    std::optional<CustomerId> customer_id;
    Currency currency;
    TimePoint expires_at;
    std::optional<UserId> user_id{};
};
/// `available` is the SKU's committed availability when the request came in.
struct AddCartItem {
    CartItemId id;
    Offer offer;
    std::int64_t quantity{};
    std::int64_t available{};
    std::optional<Version> expected_version;
};
struct UpdateCartItem {
    CartItemId id;
    std::int64_t quantity{};
    std::int64_t available{};
    std::optional<Version> expected_version;
};
struct RemoveCartItem {
    CartItemId id;
    std::optional<Version> expected_version;
};
struct ClearCart {
    std::optional<Version> expected_version;
};
/// Remembers where the cart goes, so that it shows tax and the default method's shipping.
struct EstimateShipping {
    Destination destination;
    TaxRate tax_rate;
    ShippingMethod method;
};
/// Puts a code on the cart whose quote has been given (discount.hpp).
struct ApplyDiscount {
    AppliedDiscount discount;
};
struct RemoveDiscount {};
/// For an empty cart; what its terms would cost is forgotten.
struct ChangeCurrency {
    Currency currency;
};
/// Its owner was erased: where it was to go is forgotten, and what is in it unless it was ordered.
struct LeaveCart {};
using CartCommand =
    std::variant<CreateCart, AddCartItem, UpdateCartItem, RemoveCartItem, ClearCart,
                 EstimateShipping, ApplyDiscount, RemoveDiscount, ChangeCurrency, LeaveCart>;

/// Decides the next cart. A command that changes nothing returns the cart at the same version.
/// Refusals: `not_found` for an item that is not there, `conflict` for a cart that has its order,
/// was merged or has a discount already, `gone` for a guest's past its expiry,
/// `insufficient_stock`, `precondition_failed`, and `unprocessable` for quantities, line counts,
/// currencies and amounts out of range and for a subtotal below a discount's minimum.
Result<Cart> decide(const Cart& cart, const CartCommand& command, TimePoint now);

/// Has a guest left it for too long? A person's cart waits for them.
bool has_expired(const Cart& cart, TimePoint now);

/// An empty cart without what another currency's terms would cost.
Cart in_currency(Cart empty, Currency currency);

/// The next version of a cart whose lines or terms were changed: totals anew. `unprocessable` when
/// they exceed `max_amount`.
Result<Cart> repriced(Cart next, TimePoint now);

std::int64_t parcel_count(const Cart& cart);
std::int64_t unit_count(const Cart& cart);

/// Totals of lines under a tax rate and a shipping charge: tax on the discounted subtotal, and
/// total = subtotal − discount + tax + shipping (an inclusive tax is shown but not added).
/// `unprocessable` when the sum exceeds `max_amount`.
Result<Totals> totals_of(const std::vector<CartItem>& items, Amount discount,
                         const TaxRate& tax_rate, Amount shipping);

}  // namespace souk
