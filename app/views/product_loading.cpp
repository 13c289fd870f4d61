#include "app/views/product_loading.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>

#include "persistence/catalogue_repository.hpp"
#include "persistence/stock_repository.hpp"
#include "protocol/product_json.hpp"

namespace souk {
namespace {

/// All in one: the version, a colon, the length of the first text, a colon, the two texts.
std::string packed(const ProductJson& json) {
    return std::to_string(json.version) + ":" + std::to_string(json.summary.size()) + ":" +
           json.summary + json.detail;
}

/// The number in front of a colon, which is taken off with it.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop == end || *stop != ':') return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return true;
}

ProductJsonPtr unpacked(std::string_view text) {
    Version version{};
    std::size_t length = 0;
    if (!take_number(text, version) || !take_number(text, length) || length > text.size())
        return nullptr;
    return std::make_shared<const ProductJson>(ProductJson{
        std::string{text.substr(0, length)}, std::string{text.substr(length)}, version, {}});
}

using StockViews = std::unordered_map<StockKey, StockView>;

// Looks until nothing has changed between two looks, so that the numbers are of one moment.
constexpr int max_looks = 5;

/// Each change of the product or of what can be bought of it counts one.
Version version_of(const Product& product, const StockViews& stock) {
    auto version = product.version;
    for (const auto& variant : product.variants) {
        const auto found = stock.find({variant.id, variant.seller_id});
        if (found != stock.end()) version += found->second.version;
    }
    return version;
}

/// One load on its way through cache, rows, generations and stock; it lives in its callbacks. The
/// order matters: generations are read before the stock they vouch for.
class Load : public std::enable_shared_from_this<Load> {
public:
    Load(ReadPool& reads, ProductCache* cache, Stocks& stocks, const TenantId& tenant,
         std::vector<ProductId> ids, ProductsLoaded done)
        : reads_(reads),
          cache_(cache),
          stocks_(stocks),
          tenant_(tenant),
          ids_(std::move(ids)),
          found_(ids_.size()),
          done_(std::move(done)) {}

    void start() {
        if (cache_ == nullptr) return read_products();
        cache_->find(tenant_, ids_, [self = shared_from_this()](Result<CachedProducts> cached) {
            if (cached) self->take(std::move(*cached));
            self->read_products();
        });
    }

private:
    void take(CachedProducts cached) {
        for (std::size_t i = 0; i < ids_.size(); ++i) {
            if (cached.values[i]) found_[i] = unpacked(*cached.values[i]);
            generations_.emplace(ids_[i], std::move(cached.generations[i]));
        }
        epoch_ = std::move(cached.epoch);
    }

    void read_products() {
        std::vector<ProductId> missing;
        for (std::size_t i = 0; i < ids_.size(); ++i)
            if (!found_[i]) missing.push_back(ids_[i]);
        if (missing.empty()) return done_(std::move(found_));
        reads_.read(
            tenant_,
            [tenant = tenant_, missing = std::move(missing)](Connection& db) {
                return find_products(db, tenant, missing);
            },
            [self = shared_from_this()](Result<std::vector<Product>> products) {
                if (!products) return self->done_(products.error());
                self->products_ = std::move(*products);
                std::erase_if(self->products_,
                              [](const Product& one) { return one.status != "active"; });
                self->read_generations();
            });
    }

    void read_generations() {
        if (epoch_.empty()) return read_stock();
        std::vector<VariantId> variants;
        for (const auto& product : products_)
            for (const auto& variant : product.variants) variants.push_back(variant.id);
        auto read = [self = shared_from_this(), variants](Result<std::vector<std::string>> found) {
            if (!found)
                self->epoch_.clear();  // nothing will be stored
            else
                for (std::size_t i = 0; i < variants.size(); ++i)
                    self->variant_generations_.emplace(variants[i], std::move((*found)[i]));
            self->read_stock();
        };
        cache_->generations(variants, std::move(read));
    }

    /// Live entities tell their committed numbers at once; the others are read from their rows.
    void read_stock() {
        reads_.read(
            tenant_, [self = shared_from_this()](Connection& db) { return self->stock(db); },
            [self = shared_from_this()](Result<StockViews> stock) {
                if (!stock) return self->done_(stock.error());
                self->render(*stock);
            });
    }

    Result<StockViews> stock(Connection& db) const {
        auto stock = look_at_stock(db);
        for (int looks = 1; stock && looks < max_looks && !stands(*stock); ++looks)
            stock = look_at_stock(db);
        return stock;
    }

    Result<StockViews> look_at_stock(Connection& db) const {
        StockViews stock;
        std::vector<StockKey> resting;
        for (const auto& product : products_) {
            for (const auto& variant : product.variants) {
                const StockKey key{variant.id, variant.seller_id};
                if (const auto live = stocks_.peek({tenant_, key}))
                    stock.emplace(key, *live);
                else
                    resting.push_back(key);
            }
        }
        if (resting.empty()) return stock;
        const auto views = find_stock_views(db, tenant_, resting);
        if (!views) return views.error();
        for (const auto& view : *views) stock.emplace(view.key, view);
        return stock;
    }

    bool stands(const StockViews& stock) const {
        return std::ranges::all_of(stock, [this](const auto& one) {
            const auto live = stocks_.peek({tenant_, one.first});
            return !live || live->version == one.second.version;
        });
    }

    void render(const StockViews& stock) {
        std::unordered_map<ProductId, ProductJsonPtr> rendered;
        for (const auto& product : products_) {
            auto json = render_product(product, [&](const Variant& variant) {
                const auto known = stock.find({variant.id, variant.seller_id});
                return known == stock.end() ? 0 : known->second.available();
            });
            json.version = version_of(product, stock);
            for (const auto& variant : product.variants) json.variants.push_back(variant.id);
            store(product, json);
            rendered.emplace(product.id, std::make_shared<const ProductJson>(std::move(json)));
        }
        for (std::size_t i = 0; i < ids_.size(); ++i)
            if (const auto made = rendered.find(ids_[i]); made != rendered.end())
                found_[i] = made->second;
        done_(std::move(found_));
    }

    void store(const Product& product, const ProductJson& json) {
        if (epoch_.empty()) return;
        CacheMoment moment{epoch_, {generations_[product.id]}};
        std::vector<VariantId> variants;
        for (const auto& variant : product.variants) {
            variants.push_back(variant.id);
            moment.generations.push_back(variant_generations_[variant.id]);
        }
        cache_->store(tenant_, product.id, variants, moment, packed(json));
    }

    ReadPool& reads_;
    ProductCache* cache_;
    Stocks& stocks_;
    const TenantId tenant_;
    const std::vector<ProductId> ids_;
    std::vector<ProductJsonPtr> found_;
    ProductsLoaded done_;
    std::vector<Product> products_;
    std::string epoch_;  // empty: the cache is not used
    std::unordered_map<ProductId, std::string> generations_;
    std::unordered_map<VariantId, std::string> variant_generations_;
};

}  // namespace

void load_products(ReadPool& reads, ProductCache* cache, Stocks& stocks, const TenantId& tenant,
                   std::vector<ProductId> ids, ProductsLoaded done) {
    if (ids.empty()) return done(std::vector<ProductJsonPtr>{});
    std::make_shared<Load>(reads, cache, stocks, tenant, std::move(ids), std::move(done))->start();
}

}  // namespace souk
