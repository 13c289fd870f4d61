#include "domain/cart_merge.hpp"

#include <algorithm>

namespace souk {
namespace {

Result<void> open_for_merge(const Cart& cart, TimePoint now) {
    if (cart.status == CartStatus::ordered)
        return refuse(ErrorCode::conflict, "the cart has already been ordered");
    if (has_expired(cart, now)) return refuse(ErrorCode::gone, "the cart has expired");
    return {};
}

auto line_of(std::vector<CartItem>& items, const Offer& offer) {
    return std::ranges::find_if(items, [&](const CartItem& item) {
        return item.offer.variant_id == offer.variant_id && item.offer.seller_id == offer.seller_id;
    });
}

std::int64_t units_of(const Availability& available, const Offer& offer) {
    const auto known = available.find({offer.variant_id, offer.seller_id});
    return known == available.end() ? 0 : known->second;
}

/// What one line may come to. Nobody's cart gets smaller by it: whether there are units for what
/// one of the two held before is for the order to see.
std::int64_t sum_of(const CartItem& own, const CartItem& guests, std::int64_t available) {
    const auto wanted = own.quantity + guests.quantity;
    const auto most = std::min(available, max_line_quantity);
    return std::max({std::min(wanted, most), own.quantity, guests.quantity});
}

/// The offer of the cart that somebody touched last is the newer one.
Result<void> take_line(Cart& survivor, Cart& guest, const CartItem& line, std::int64_t available) {
    const auto own = line_of(survivor.items, line.offer);
    if (own == survivor.items.end()) {
        survivor.items.push_back(line);
        return {};
    }
    const auto quantity = sum_of(*own, line, available);
    const auto left = own->quantity + line.quantity - quantity;
    if (guest.updated_at > survivor.updated_at) own->offer = line.offer;
    const auto total = line_total(own->offer.unit_price, quantity);
    if (!total) return total.error();
    own->quantity = quantity;
    own->total_price = *total;
    if (left == 0) return {};
    auto rest = line;
    rest.quantity = left;
    rest.total_price = line.offer.unit_price * left;
    guest.items.push_back(std::move(rest));
    return {};
}

void take_terms(Cart& survivor, Cart& guest) {
    if (!survivor.destination && guest.destination) {
        survivor.destination = guest.destination;
        survivor.tax_rate = guest.tax_rate;
        survivor.shipping_method = guest.shipping_method;
    }
    if (!survivor.discount) survivor.discount = guest.discount;
    guest.discount.reset();
}

}  // namespace

Result<MergedCarts> merge_carts(const Cart& survivor, const Cart& guest,
                                const Availability& available, TimePoint now) {
    if (survivor.version == 0 || guest.version == 0 || guest.user_id || guest.merged_into)
        return refuse(ErrorCode::not_found, "no such cart");
    if (const auto open = open_for_merge(guest, now); !open) return open.error();
    if (const auto open = open_for_merge(survivor, now); !open) return open.error();
    if (survivor.currency != guest.currency && !survivor.items.empty() && !guest.items.empty())
        return refuse(ErrorCode::unprocessable, "currency",
                      "your cart is in " + std::string{survivor.currency.text()} +
                          ", this one in " + std::string{guest.currency.text()});
    MergedCarts merged{survivor, guest};
    merged.guest.items.clear();
    if (survivor.currency != guest.currency && survivor.items.empty())
        merged.survivor = in_currency(std::move(merged.survivor), guest.currency);
    for (const auto& line : guest.items) {
        const auto taken =
            take_line(merged.survivor, merged.guest, line, units_of(available, line.offer));
        if (!taken) return taken.error();
    }
    if (merged.survivor.items.size() > max_merged_lines)
        return refuse(ErrorCode::unprocessable, "items",
                      "a cart holds at most " + std::to_string(max_merged_lines) + " lines");
    if (merged.survivor.currency == guest.currency) take_terms(merged.survivor, merged.guest);
    // What is left behind tells nothing of whom it was.
    merged.guest.customer_id.reset();
    merged.guest.destination.reset();
    merged.guest.tax_rate = {};
    merged.guest.shipping_method.reset();
    merged.guest.status = CartStatus::merged;
    merged.guest.merged_into = survivor.id;

    auto next = repriced(std::move(merged.survivor), now);
    if (!next) return next.error();
    auto rest = repriced(std::move(merged.guest), now);
    if (!rest) return rest.error();
    return MergedCarts{std::move(*next), std::move(*rest)};
}

}  // namespace souk
