#pragma once
// What a buyer sends to check out: where it goes, then the order itself.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/discount.hpp"
#include "domain/shipping.hpp"
#include "protocol/address_json.hpp"
#include "protocol/cart_json.hpp"
#include "protocol/discount_json.hpp"
#include "protocol/fields.hpp"
#include "protocol/order_json.hpp"
#include "protocol/text_values.hpp"

namespace souk {

struct ShippingBody {
    CartId cart_id;
    EstimateAddress shipping_address;
};

template <>
struct Schema<ShippingBody> {
    static constexpr std::string_view name = "EstimateShipping";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("cartId", &ShippingBody::cart_id, "What is to be sent."),
        field("shippingAddress", &ShippingBody::shipping_address, "Where it goes."));
};

template <>
struct Schema<ShippingQuote> {
    static constexpr std::string_view name = "ShippingQuote";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const ShippingQuote& quote) -> auto& { return quote.method.id; },
            "Give it as shippingMethod."),
        field(
            "name", [](const ShippingQuote& quote) -> auto& { return quote.method.name; },
            "For people."),
        field(
            "description",
            [](const ShippingQuote& quote) -> auto& { return quote.method.description; },
            "As 3-5 business days."),
        field("price", &ShippingQuote::price, "For all parcels, in the cart's currency."),
        field("parcels", &ShippingQuote::parcels, "One per vendor."),
        field(
            "estimatedDays",
            [](const ShippingQuote& quote) -> auto& { return quote.method.estimated_days; },
            "As 3-5."),
        field(
            "isDefault", [](const ShippingQuote& quote) { return quote.method.is_default; },
            "Is it the one a cart's totals show?"),
        field(
            "available", [](const ShippingQuote&) { return true; },
            "Only methods that serve the address are listed."));
};

struct ShippingQuotes {
    std::vector<ShippingQuote> methods;
};

template <>
struct Schema<ShippingQuotes> {
    static constexpr std::string_view name = "ShippingQuotes";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("methods", &ShippingQuotes::methods, "The default one first."));
};

/// `{"methods": […]}` without its envelope.
std::string shipping_quotes_json(const std::vector<ShippingQuote>& quotes);

struct DiscountBody {
    CartId cart_id;
    std::string code;
};

template <>
struct Schema<DiscountBody> {
    static constexpr std::string_view name = "ApplyDiscount";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("cartId", &DiscountBody::cart_id, "What becomes cheaper."),
                        field("discountCode", &DiscountBody::code, "In any case.",
                              {.min_length = 1, .max_length = 100}));
};

struct RemoveDiscountBody {
    CartId cart_id;
};

template <>
struct Schema<RemoveDiscountBody> {
    static constexpr std::string_view name = "RemoveDiscount";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("cartId", &RemoveDiscountBody::cart_id, "What pays in full again."));
};

/// What a code does to a cart that has it.
struct DiscountedCart {
    const AppliedDiscount& discount;
    Amount amount{};
    RawJson<CartView> cart;
};

template <>
struct Schema<DiscountedCart> {
    using View = DiscountedCart;
    static constexpr std::string_view name = "DiscountedCart";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "code", [](const View& view) -> auto& { return view.discount.code; },
            "As it is kept: in upper case."),
        field(
            "type", [](const View& view) { return view.discount.terms.type; }, "What value is of."),
        field(
            "value", [](const View& view) { return stated_value(view.discount.terms); },
            "Percent, or minor units."),
        field("discountAmount", &View::amount, "Taken off this cart's subtotal."),
        field("cart", &View::cart, ""));
};

/// Of a cart with a discount, without its envelope.
std::string discounted_cart_json(const Cart& cart, const SkuUnits& available);

struct PlaceOrderBody {
    CartId cart_id;
    std::optional<CustomerId> customer_id;
    Address shipping_address;
    BillingAddress billing_address;
    std::string shipping_method;
    PaymentMethod payment_method{PaymentMethod::cash_on_delivery};
    std::string notes;
    std::optional<Amount> expected_total;
};

template <>
struct Schema<PlaceOrderBody> {
    using Body = PlaceOrderBody;
    static constexpr std::string_view name = "PlaceOrder";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("cartId", &Body::cart_id, "What is bought; the cart closes."),
        field("customerId", &Body::customer_id, "Null or absent for a guest."),
        field("shippingAddress", &Body::shipping_address, "Where it goes."),
        field("billingAddress", &Body::billing_address,
              "An address, or \"same\" for the shipping address, which is also the default.",
              {.optional = true}),
        field("shippingMethod", &Body::shipping_method, "One of POST /checkout/shipping.",
              {.min_length = 1, .max_length = 50}),
        field("paymentMethod", &Body::payment_method, "How it is paid."),
        field("notes", &Body::notes, "For the sellers.",
              {.max_length = 1000, .null_when_empty = true}),
        field("expectedTotal", &Body::expected_total,
              "Refuses with 409 when the total is not this any more.",
              {.min = 0, .max = max_amount}));
};

/// The same text for the same wish, however it was spelled.
std::string canonical_json(const PlaceOrderBody& body);

}  // namespace souk
