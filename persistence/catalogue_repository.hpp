#pragma once
// Reads the catalogue: pages of ids by filter, products as wholes, and offers. Ids and products are
// asked for apart, so that products can come from a cache.

#include <optional>
#include <string>
#include <vector>

#include "domain/catalogue.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// Which active products; whatever is empty does not filter.
struct ProductFilter {
    TenantId tenant;
    std::string category;  // slug; its whole subtree
    std::optional<Amount> min_price;
    std::optional<Amount> max_price;
    std::string search;  // every word of it, anywhere in name or description
    std::optional<bool> in_stock;
    std::string currency;
    std::vector<std::string> tags;  // all of them
    std::optional<VendorId> vendor;
    std::optional<std::int64_t> min_rating_hundredths;
};

enum class CatalogueSort { created_at, price, name };

struct ProductSlice {
    CatalogueSort sort{CatalogueSort::created_at};
    bool ascending{false};
    std::int64_t limit{20};
    std::int64_t offset{0};
};

Result<std::vector<ProductId>> find_product_ids(Connection& db, const ProductFilter& filter,
                                                const ProductSlice& slice);
Result<std::int64_t> count_products(Connection& db, const ProductFilter& filter);

/// The products that exist, of any status, with variants and images, in the order of `ids`.
Result<std::vector<Product>> find_products(Connection& db, const TenantId& tenant,
                                           const std::vector<ProductId>& ids);

/// Nothing when no active product has that slug.
Result<std::optional<ProductId>> find_product_by_slug(Connection& db, const TenantId& tenant,
                                                      const std::string& slug);

/// What the vendor of an active product asks for a variant; nothing when there is none.
Result<std::optional<Offer>> find_offer(Connection& db, const TenantId& tenant, VariantId id);

}  // namespace souk
