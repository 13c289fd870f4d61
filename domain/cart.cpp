#include "domain/cart.hpp"

#include <algorithm>
#include <set>

#include "domain/erasure.hpp"

namespace souk {
namespace {

Result<void> open_for_change(const Cart& cart, const std::optional<Version>& expected,
                             TimePoint now) {
    if (cart.status == CartStatus::ordered)
        return refuse(ErrorCode::conflict, "the cart has already been ordered");
    if (cart.status == CartStatus::merged)
        return refuse(ErrorCode::conflict, "the cart has been merged into its owner's");
    if (has_expired(cart, now)) return refuse(ErrorCode::gone, "the cart has expired");
    if (expected && *expected != cart.version)
        return refuse(ErrorCode::precondition_failed, "the cart has changed since that version");
    return {};
}

Result<Amount> priced(const Offer& offer, std::int64_t quantity, std::int64_t available) {
    if (quantity <= 0) return refuse(ErrorCode::unprocessable, "quantity", "must be at least 1");
    if (quantity > max_line_quantity)
        return refuse(ErrorCode::unprocessable, "quantity",
                      "must be at most " + std::to_string(max_line_quantity));
    if (quantity > available)
        return refuse(
            ErrorCode::insufficient_stock, "quantity",
            "only " + std::to_string(std::max<std::int64_t>(available, 0)) + " available");
    return line_total(offer.unit_price, quantity);
}

auto find_item(Cart& cart, const CartItemId& id) {
    return std::ranges::find(cart.items, id, &CartItem::id);
}

Result<Cart> decide(const Cart& cart, const CreateCart& command, TimePoint now) {
    const bool is_theirs = command.user_id && command.user_id == cart.user_id;
    if (cart.version != 0 && is_theirs && cart.status == CartStatus::open) return cart;
    if (cart.version != 0) return refuse(ErrorCode::conflict, "the cart already exists");
    Cart next;
    next.id = command.id;
    next.customer_id = command.customer_id;
    next.user_id = command.user_id;
    next.currency = command.currency;
    next.created_at = now;
    next.expires_at = command.expires_at;
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const AddCartItem& command, TimePoint now) {
    if (const auto open = open_for_change(cart, command.expected_version, now); !open)
        return open.error();
    if (command.offer.currency != cart.currency)
        return refuse(ErrorCode::unprocessable, "variantId",
                      "is priced in " + std::string{command.offer.currency.text()} +
                          ", the cart in " + std::string{cart.currency.text()});
    if (command.quantity <= 0 || command.quantity > max_line_quantity)
        return refuse(ErrorCode::unprocessable, "quantity",
                      "must be 1 to " + std::to_string(max_line_quantity));
    Cart next = cart;
    auto line = std::ranges::find_if(next.items, [&](const CartItem& item) {
        return item.offer.variant_id == command.offer.variant_id &&
               item.offer.seller_id == command.offer.seller_id;
    });
    if (line == next.items.end()) {
        if (next.items.size() >= max_cart_lines)
            return refuse(ErrorCode::unprocessable, "variantId",
                          "a cart holds at most " + std::to_string(max_cart_lines) + " lines");
        line = next.items.insert(next.items.end(), CartItem{.id = command.id});
    }
    const auto quantity = line->quantity + command.quantity;
    const auto total = priced(command.offer, quantity, command.available);
    if (!total) return total.error();
    line->offer = command.offer;
    line->quantity = quantity;
    line->total_price = *total;
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const UpdateCartItem& command, TimePoint now) {
    if (const auto open = open_for_change(cart, command.expected_version, now); !open)
        return open.error();
    Cart next = cart;
    const auto line = find_item(next, command.id);
    if (line == next.items.end()) return refuse(ErrorCode::not_found, "no such item in the cart");
    const auto total = priced(line->offer, command.quantity, command.available);
    if (!total) return total.error();
    if (line->quantity == command.quantity) return cart;
    line->quantity = command.quantity;
    line->total_price = *total;
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const RemoveCartItem& command, TimePoint now) {
    if (const auto open = open_for_change(cart, command.expected_version, now); !open)
        return open.error();
    Cart next = cart;
    const auto line = find_item(next, command.id);
    if (line == next.items.end()) return refuse(ErrorCode::not_found, "no such item in the cart");
    next.items.erase(line);
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const ClearCart& command, TimePoint now) {
    if (const auto open = open_for_change(cart, command.expected_version, now); !open)
        return open.error();
    if (cart.items.empty()) return cart;
    Cart next = cart;
    next.items.clear();
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const EstimateShipping& command, TimePoint now) {
    if (const auto open = open_for_change(cart, std::nullopt, now); !open) return open.error();
    if (cart.destination == command.destination && cart.tax_rate == command.tax_rate &&
        cart.shipping_method == command.method)
        return cart;
    Cart next = cart;
    next.destination = command.destination;
    next.tax_rate = command.tax_rate;
    next.shipping_method = command.method;
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const ApplyDiscount& command, TimePoint now) {
    if (const auto open = open_for_change(cart, std::nullopt, now); !open) return open.error();
    if (cart.discount)
        return refuse(ErrorCode::conflict, "discountCode",
                      "the cart has the discount " + cart.discount->code + " already");
    if (cart.totals.subtotal < command.discount.terms.minimum)
        return refuse(
            ErrorCode::unprocessable, "discountCode",
            "needs an order of at least " + std::to_string(command.discount.terms.minimum));
    Cart next = cart;
    next.discount = command.discount;
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const RemoveDiscount&, TimePoint now) {
    if (const auto open = open_for_change(cart, std::nullopt, now); !open) return open.error();
    if (!cart.discount) return cart;
    Cart next = cart;
    next.discount.reset();
    return repriced(std::move(next), now);
}

Result<Cart> decide(const Cart& cart, const ChangeCurrency& command, TimePoint now) {
    if (const auto open = open_for_change(cart, std::nullopt, now); !open) return open.error();
    if (cart.currency == command.currency) return cart;
    if (!cart.items.empty())
        return refuse(ErrorCode::conflict, "currency", "is that of what is in the cart");
    return repriced(in_currency(cart, command.currency), now);
}

}  // namespace

Result<Cart> decide(const Cart& cart, const CartCommand& command, TimePoint now) {
    if (cart.version == 0 && !std::holds_alternative<CreateCart>(command))
        return refuse(ErrorCode::not_found, "no such cart");
    return std::visit([&](const auto& one) { return decide(cart, one, now); }, command);
}

bool has_expired(const Cart& cart, TimePoint now) {
    return !cart.user_id && cart.expires_at <= now;
}

Cart in_currency(Cart empty, Currency currency) {
    empty.currency = currency;
    empty.destination.reset();
    empty.tax_rate = {};
    empty.shipping_method.reset();
    empty.discount.reset();
    return empty;
}

Result<Cart> repriced(Cart next, TimePoint now) {
    const Amount rate = next.shipping_method && !next.items.empty()
                            ? next.shipping_method->rate * parcel_count(next)
                            : 0;
    Amount subtotal = 0;
    for (const auto& item : next.items) subtotal += item.total_price;
    const Amount discount = next.discount ? discount_on(next.discount->terms, subtotal) : 0;
    const auto totals = totals_of(next.items, discount, next.tax_rate, rate);
    if (!totals) return totals.error();
    next.totals = *totals;
    next.updated_at = now;
    ++next.version;
    return next;
}

std::int64_t parcel_count(const Cart& cart) {
    std::set<VendorId> sellers;
    for (const auto& item : cart.items) sellers.insert(item.offer.seller_id);
    return static_cast<std::int64_t>(sellers.size());
}

std::int64_t unit_count(const Cart& cart) {
    std::int64_t units = 0;
    for (const auto& item : cart.items) units += item.quantity;
    return units;
}

Result<Totals> totals_of(const std::vector<CartItem>& items, Amount discount,
                         const TaxRate& tax_rate, Amount shipping) {
    Totals totals{.discount = discount, .shipping = shipping};
    for (const auto& item : items) {
        totals.subtotal += item.total_price;
        if (totals.subtotal > max_amount)
            return refuse(ErrorCode::unprocessable, "quantity",
                          "makes an amount that is too large");
    }
    totals.discount = std::min(totals.discount, totals.subtotal);
    const Amount taxable = totals.subtotal - totals.discount;
    totals.tax = tax_on(taxable, tax_rate);
    totals.total = taxable + (tax_rate.inclusive ? 0 : totals.tax) + totals.shipping;
    return totals;
}

}  // namespace souk
