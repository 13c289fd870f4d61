#include "protocol/cart_json.hpp"

#include <algorithm>

#include "protocol/write_json.hpp"

namespace souk {

std::string cart_json(const Cart& cart, const SkuUnits& available) {
    std::vector<CartLineView> lines;
    lines.reserve(cart.items.size());
    for (const auto& item : cart.items) {
        const auto units = available({item.offer.variant_id, item.offer.seller_id});
        lines.push_back({item, std::max<std::int64_t>(units, 0)});
    }
    return write_json(CartView{cart, lines}, 768 + cart.items.size() * 512);
}

}  // namespace souk
