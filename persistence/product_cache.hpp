#pragma once
// Rendered products in Redis. A reader that loaded old rows cannot put them back after a drop: it
// stores only while the generations it read before the rows still stand. Every new connection opens
// a new epoch, because drops may have been lost while there was none.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "domain/ids.hpp"
#include "persistence/redis.hpp"

namespace souk {

/// What the cache looked like before the rows were read.
struct CacheMoment {
    std::string epoch;
    std::vector<std::string> generations;
};

struct CachedProducts {
    std::vector<std::optional<std::string>> values;  // as the ids asked for
    std::string epoch;
    std::vector<std::string> generations;  // of the products, as the ids asked for
};

class ProductCache {
public:
    ProductCache(Redis& redis, std::chrono::seconds keep);

    void find(const TenantId& tenant, const std::vector<ProductId>& ids,
              std::function<void(Result<CachedProducts>)> done);

    /// Generations of stock, to be read before the stock itself is.
    void generations(const std::vector<VariantId>& variants,
                     std::function<void(Result<std::vector<std::string>>)> done);

    /// Keeps a value unless its product or one of its variants was dropped since the moment, whose
    /// generations are the product's and then the variants'.
    void store(const TenantId& tenant, ProductId id, const std::vector<VariantId>& variants,
               const CacheMoment& moment, const std::string& value);

    /// The stock of these variants has changed. Call after the commit, and after it was published.
    /// Drops gather for a few milliseconds; who looks through this object sees them at once.
    void drop_variants(const std::vector<VariantId>& variants);
    void drop_product(ProductId id);

private:
    /// What callbacks may still touch when the cache is gone.
    struct Drops {
        std::mutex mutex;
        std::unordered_set<VariantId> gathered;
        // Set when a drop was lost on a connection that stands: the next lookup opens a new epoch
        // first.
        std::atomic<bool> lost{false};
    };

    static void flush(Redis& redis, const std::shared_ptr<Drops>& drops);
    static void drop(Redis& redis, const std::shared_ptr<Drops>& drops,
                     std::vector<std::string> ids);
    void look(const TenantId& tenant, const std::vector<ProductId>& ids,
              std::function<void(Result<CachedProducts>)> done);

    Redis& redis_;
    std::string keep_s_;
    std::shared_ptr<Drops> drops_{std::make_shared<Drops>()};
};

}  // namespace souk
