#pragma once
// The catalogue as its readers see it: pages of ids from the rows, products from Redis or rendered
// afresh, with the units that can be bought now.

#include "app/views/timed_cache.hpp"
#include "persistence/catalogue_repository.hpp"
#include "persistence/product_cache.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/entities.hpp"
#include "protocol/views.hpp"

namespace souk {

class CatalogueView final : public Catalogue {
public:
    /// Without Redis the cache is null: every product is rendered when it is asked for.
    CatalogueView(ReadPool& reads, ProductCache* cache, Stocks& stocks, const Clock& clock);

    void list(ProductQuery query, Promise<Result<ProductPage>> page) override;
    void product(const OfTenant<ProductId>& id,
                 Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void product_now(const OfTenant<ProductId>& id,
                     Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void product_by_slug(OfTenant<std::string> slug,
                         Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void offer(const OfTenant<VariantId>& id,
               Promise<Result<std::shared_ptr<const Offer>>> found) override;

private:
    using OfferPtr = std::shared_ptr<const Offer>;

    struct Listed {
        std::vector<ProductId> ids;
        std::int64_t total{};
    };
    Result<Listed> find_ids(Connection& db, const ProductQuery& query);

    ReadPool& reads_;
    ProductCache* cache_;
    Stocks& stocks_;
    TimedCache<std::string, std::int64_t> totals_;      // by filter: counting reads every match
    TimedCache<OfTenant<VariantId>, OfferPtr> offers_;  // null: there is none
};

}  // namespace souk
