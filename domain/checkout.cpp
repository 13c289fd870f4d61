#include "domain/checkout.hpp"

#include <algorithm>
#include <map>

#include "domain/guards.hpp"

namespace souk {
namespace {

Result<void> orderable(const Cart& cart, const PlaceOrder& command, TimePoint now) {
    if (cart.version == 0 || !may_order(cart, command))
        return refuse(ErrorCode::not_found, "no such cart");
    if (cart.status == CartStatus::ordered && holds(Guard::one_order_per_cart))
        return refuse(
            ErrorCode::conflict, "cartId",
            "the cart has already been ordered, as " + to_text(cart.order_id.value_or(OrderId{})));
    if (cart.status == CartStatus::merged)
        return refuse(ErrorCode::conflict, "cartId", "the cart has been merged into its owner's");
    if (has_expired(cart, now)) return refuse(ErrorCode::gone, "the cart has expired");
    if (cart.items.empty()) return refuse(ErrorCode::invalid_input, "cartId", "the cart is empty");
    if (cart.customer_id && command.customer_id && cart.customer_id != command.customer_id)
        return refuse(ErrorCode::invalid_input, "customerId", "is not the cart's customer");
    return {};
}

Result<ShippingQuote> chosen_quote(const Cart& cart, const PlaceOrder& command) {
    const auto quotes =
        quote_shipping(command.tables->zones, destination_of(command.shipping_address),
                       cart.currency, parcel_count(cart));
    if (!quotes) return quotes.error();
    const auto found = std::ranges::find_if(*quotes, [&](const ShippingQuote& quote) {
        return quote.method.id == command.shipping_method;
    });
    if (found == quotes->end())
        return refuse(ErrorCode::unprocessable, "shippingMethod",
                      "is not offered for this address");
    return *found;
}

/// Discount and tax of the order spread over its lines so that the lines add up exactly.
std::vector<OrderItem> spread(const Cart& cart, const Totals& totals) {
    std::vector<Amount> weights;
    for (const auto& item : cart.items) weights.push_back(item.total_price);
    const auto discounts = allot(totals.discount, weights);
    // By what is left of each line, so that no line's tax exceeds what the line costs.
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] -= discounts[i];
    const auto taxes = allot(totals.tax, weights);
    std::vector<OrderItem> items;
    for (std::size_t i = 0; i < cart.items.size(); ++i) {
        const auto& line = cart.items[i];
        items.push_back({.id = {},
                         .offer = line.offer,
                         .quantity = line.quantity,
                         .total_price = line.total_price,
                         .discount = discounts[i],
                         .tax = taxes[i]});
    }
    return items;
}

std::vector<VendorOrder> split_by_vendor(const std::vector<OrderItem>& items, const Totals& totals,
                                         const TaxRate& rate) {
    std::map<VendorId, Totals> parts;
    for (const auto& item : items) {
        auto& part = parts[item.offer.seller_id];
        part.subtotal += item.total_price;
        part.discount += item.discount;
        part.tax += item.tax;
    }
    // Every parcel costs the same, so the shipping charge splits evenly.
    const auto shipping = allot(totals.shipping, std::vector<Amount>(parts.size(), 1));
    std::vector<VendorOrder> orders;
    for (auto& [vendor, part] : parts) {
        part.shipping = shipping[orders.size()];
        part.total =
            part.subtotal - part.discount + (rate.inclusive ? 0 : part.tax) + part.shipping;
        orders.push_back({vendor, OrderStatus::pending, part});
    }
    return orders;
}

}  // namespace

bool may_order(const Cart& cart, const PlaceOrder& command) {
    return !cart.user_id || cart.user_id == command.user_id || command.for_others;
}

Destination destination_of(const Address& address) {
    return {address.country, address.governorate, address.city, address.postal_code};
}

Result<Order> draft_order(const Cart& cart, const PlaceOrder& command, TimePoint now) {
    if (const auto fit = orderable(cart, command, now); !fit) return fit.error();
    const auto quote = chosen_quote(cart, command);
    if (!quote) return quote.error();
    const auto rate =
        tax_rate_for(command.tables->tax_rules, destination_of(command.shipping_address));
    const auto totals = totals_of(cart.items, cart.totals.discount, rate, quote->price);
    if (!totals) return totals.error();
    if (const auto taken = can_be_taken_by(command.payment_method, totals->total, cart.currency);
        !taken)
        return refuse(ErrorCode::unprocessable, "paymentMethod",
                      "cannot take the order's total: the " + taken.error().details.front().field +
                          " " + taken.error().details.front().message);
    if (command.expected_total && *command.expected_total != totals->total)
        return refuse(ErrorCode::conflict, "expectedTotal",
                      "the total is now " + std::to_string(totals->total));

    Order order;
    order.id = command.order_id;
    order.cart_id = cart.id;
    order.customer_id = command.customer_id ? command.customer_id : cart.customer_id;
    order.user_id = cart.user_id ? cart.user_id : command.user_id;
    order.items = spread(cart, *totals);
    order.vendor_orders = split_by_vendor(order.items, *totals, rate);
    order.totals = *totals;
    order.currency = cart.currency;
    order.tax_rate = rate;
    order.shipping_address = command.shipping_address;
    order.billing_address = command.billing_address;
    order.shipping_method = quote->method;
    order.payment_method = command.payment_method;
    order.estimated_delivery = to_date(now + std::chrono::days{quote->method.max_days});
    order.notes = command.notes;
    order.reservation_id = command.reservation_id;
    order.reserved_until = now + command.reservation_time;
    order.history = {{OrderStatus::pending, PaymentStatus::pending, command.actor, "placed", now}};
    order.created_at = now;
    order.updated_at = now;
    order.version = 1;
    if (totals->discount > 0) order.discount = cart.discount;
    return order;
}

Cart ordered(const Cart& cart, const PlaceOrder& command, TimePoint now) {
    Cart next = cart;
    next.status = CartStatus::ordered;
    next.order_id = command.order_id;
    next.order_fingerprint = command.fingerprint;
    next.updated_at = now;
    next.version += holds(Guard::every_version_counts) ? 1 : 2;
    return next;
}

}  // namespace souk
