#include "http/routes/lookups.hpp"

namespace souk {

Task<Result<std::shared_ptr<StockLevels>>> stock_levels(Call& call, std::vector<StockKey> keys) {
    auto levels = std::make_shared<StockLevels>();
    auto& stocks = call.services().stocks;
    std::vector<std::pair<StockKey, Wait<StockFound>>> waits;
    for (const auto& key : keys) {
        if (levels->contains(key)) continue;
        if (const auto live = stocks.peek({call.tenant(), key})) {
            levels->emplace(key, live->available());
            continue;
        }
        levels->emplace(key, 0);
        // All reads are under way before the first is awaited.
        waits.emplace_back(key, call.wait<StockFound>([&](Promise<StockFound> promise) {
            stocks.read({call.tenant(), key}, std::move(promise));
        }));
    }
    for (auto& [key, wait] : waits) {
        const auto found = co_await wait;
        if (found) {
            (*levels)[key] = (*found)->available();
        } else if (found.error().code != ErrorCode::not_found) {
            co_return found.error();
        }
    }
    co_return levels;
}

Task<Result<VariantStock>> variant_stock(Call& call, VariantId id) {
    const auto offer = co_await call.wait<OfferFound>([&](Promise<OfferFound> promise) {
        call.services().catalogue.offer({call.tenant(), id}, std::move(promise));
    });
    if (!offer) co_return offer.error();
    const StockKey key{id, (*offer)->seller_id};
    const auto stock = co_await call.wait<StockFound>([&](Promise<StockFound> promise) {
        call.services().stocks.read({call.tenant(), key}, std::move(promise));
    });
    if (!stock) co_return stock.error();
    co_return VariantStock{(*offer)->product_id, **stock};
}

std::vector<StockKey> skus_of(const Cart& cart) {
    std::vector<StockKey> keys;
    keys.reserve(cart.items.size() + 1);
    for (const auto& item : cart.items)
        keys.push_back({item.offer.variant_id, item.offer.seller_id});
    return keys;
}

SkuUnits units_from(const Call& call, std::shared_ptr<const StockLevels> levels) {
    return [&stocks = call.services().stocks, tenant = call.tenant(),
            levels = std::move(levels)](StockKey key) -> std::int64_t {
        if (const auto known = levels->find(key); known != levels->end()) return known->second;
        const auto live = stocks.peek({tenant, key});
        return live ? live->available() : 0;
    };
}

}  // namespace souk
