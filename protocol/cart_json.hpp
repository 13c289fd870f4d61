#pragma once
// Carts as 001 shows them, and the bodies that change them.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/cart.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"

namespace souk {

/// Units of a SKU that can be bought now, from committed numbers.
using SkuUnits = std::function<std::int64_t(StockKey)>;

/// The cart without its envelope.
std::string cart_json(const Cart& cart, const SkuUnits& available);

struct CreateCartBody {
    std::optional<CustomerId> customer_id;
    Currency currency;
};

template <>
struct Schema<CreateCartBody> {
    static constexpr std::string_view name = "CreateCart";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("customerId", &CreateCartBody::customer_id, "Null or absent for a guest."),
        field("currency", &CreateCartBody::currency, "USD unless said otherwise.",
              {.optional = true}));
};

/// Quantities have no bounds here: out of range they break a business rule, which is 422.
struct AddItemBody {
    ProductId product_id;
    VariantId variant_id;
    std::int64_t quantity{};
};

template <>
struct Schema<AddItemBody> {
    static constexpr std::string_view name = "AddCartItem";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("productId", &AddItemBody::product_id, "The variant's product."),
                        field("variantId", &AddItemBody::variant_id, "What to add."),
                        field("quantity", &AddItemBody::quantity,
                              "Units to add; with those in the cart 1 to 1,000, else 422."));
};

struct UpdateItemBody {
    std::int64_t quantity{};
};

template <>
struct Schema<UpdateItemBody> {
    static constexpr std::string_view name = "UpdateCartItem";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("quantity", &UpdateItemBody::quantity, "Units from now on, 1 to 1,000, else 422."));
};

/// What a line remembers of its product; in carts and in orders.
struct LineProduct {
    const Offer& offer;
};

template <>
struct Schema<LineProduct> {
    static constexpr std::string_view name = "LineProduct";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "name", [](const LineProduct& line) -> auto& { return line.offer.product_name; },
            "As it was called when it was added."),
        field("image", [](const LineProduct& line) -> auto& { return line.offer.product_image; },
              "Address of its first picture.", {.null_when_empty = true}),
        field(
            "slug", [](const LineProduct& line) -> auto& { return line.offer.product_slug; },
            "Its name in addresses."));
};

struct CartLineView {
    const CartItem& item;
    std::int64_t units{};  // that can be bought now
};

struct CartLineVariant {
    const CartLineView& line;
};

template <>
struct Schema<CartLineVariant> {
    using View = CartLineVariant;
    static constexpr std::string_view name = "CartLineVariant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "name", [](const View& view) -> auto& { return view.line.item.offer.variant_name; },
            "What tells it from the others, as 30ml."),
        field(
            "sku", [](const View& view) -> auto& { return view.line.item.offer.sku; },
            "Stock keeping unit."),
        field(
            "available", [](const View& view) { return view.line.units > 0; },
            "Can it be bought now?"),
        field(
            "inventoryCount", [](const View& view) { return view.line.units; },
            "Units that can be bought now."));
};

template <>
struct Schema<CartLineView> {
    using View = CartLineView;
    static constexpr std::string_view name = "CartItem";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) { return view.item.id; }, "The line."),
        field(
            "productId", [](const View& view) { return view.item.offer.product_id; },
            "The product."),
        field(
            "variantId", [](const View& view) { return view.item.offer.variant_id; },
            "The variant."),
        field(
            "sellerId", [](const View& view) { return view.item.offer.seller_id; },
            "Who sells it."),
        field(
            "quantity", [](const View& view) { return view.item.quantity; }, "Units."),
        field(
            "unitPrice", [](const View& view) { return view.item.offer.unit_price; },
            "In minor units, fixed when the line was last added to."),
        field(
            "totalPrice", [](const View& view) { return view.item.total_price; },
            "Unit price times quantity."),
        field(
            "product", [](const View& view) { return LineProduct{view.item.offer}; }, ""),
        field(
            "variant", [](const View& view) { return CartLineVariant{view}; }, ""));
};

template <>
struct EnumNames<CartStatus> {
    static constexpr std::array<std::pair<CartStatus, std::string_view>, 3> names{{
        {CartStatus::open, "open"},
        {CartStatus::ordered, "ordered"},
        {CartStatus::merged, "merged"},
    }};
};

struct CartView {
    const Cart& cart;
    const std::vector<CartLineView>& lines;
};

template <>
struct Schema<CartView> {
    using View = CartView;
    static constexpr std::string_view name = "Cart";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) { return view.cart.id; },
            "Keep it secret: whoever knows it owns the cart, unless somebody does who has logged "
            "in."),
        field(
            "customerId", [](const View& view) { return view.cart.customer_id; },
            "Null for a guest."),
        field(
            "status", [](const View& view) { return view.cart.status; },
            "An ordered cart changes no more, nor one that is merged into a person's: of its lines "
            "it keeps what did not fit."),
        field(
            "orderId", [](const View& view) { return view.cart.order_id; }, "The order it became."),
        field(
            "items", [](const View& view) -> auto& { return view.lines; }, "Its lines."),
        field(
            "subtotal", [](const View& view) { return view.cart.totals.subtotal; },
            "Sum of the lines."),
        field(
            "tax", [](const View& view) { return view.cart.totals.tax; },
            "On the discounted subtotal, once it is known where it goes."),
        field(
            "taxInclusive", [](const View& view) { return view.cart.tax_rate.inclusive; },
            "Do the prices contain the tax already?"),
        field(
            "shipping", [](const View& view) { return view.cart.totals.shipping; },
            "Of the default method, once it is known where it goes."),
        field(
            "discount", [](const View& view) { return view.cart.totals.discount; },
            "Taken off the subtotal."),
        field(
            "total", [](const View& view) { return view.cart.totals.total; },
            "What the buyer pays."),
        field(
            "currency", [](const View& view) { return view.cart.currency; }, "ISO 4217."),
        field("discountCode",
              [](const View& view) {
                  return view.cart.discount ? std::string_view{view.cart.discount->code}
                                            : std::string_view{};
              },
              "The code that was applied.", {.null_when_empty = true}),
        field(
            "itemCount", [](const View& view) { return unit_count(view.cart); },
            "Units in all lines."),
        field(
            "version", [](const View& view) { return view.cart.version; },
            "Counts changes; also the ETag."),
        field(
            "createdAt", [](const View& view) { return view.cart.created_at; }, "When."),
        field(
            "updatedAt", [](const View& view) { return view.cart.updated_at; }, "When."),
        field(
            "expiresAt",
            [](const View& view) {
                return view.cart.user_id ? std::nullopt : std::optional{view.cart.expires_at};
            },
            "When it is forgotten; null for a person's, which waits for them."));
};

}  // namespace souk
