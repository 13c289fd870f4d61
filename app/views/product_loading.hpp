#pragma once
// Loads products for readers: what the cache has, and the rest from rows, rendered and then cached.

#include <functional>
#include <memory>
#include <vector>

#include "persistence/product_cache.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/entities.hpp"
#include "protocol/views.hpp"

namespace souk {

using ProductJsonPtr = std::shared_ptr<const ProductJson>;
/// As the ids asked for; null where there is no active product.
using ProductsLoaded = std::function<void(Result<std::vector<ProductJsonPtr>>)>;

/// The references must outlive the load; a null cache means none.
void load_products(ReadPool& reads, ProductCache* cache, Stocks& stocks, const TenantId& tenant,
                   std::vector<ProductId> ids, ProductsLoaded done);

}  // namespace souk
