#include "app/views/catalogue_view.hpp"

#include "app/views/product_loading.hpp"
#include "persistence/catalogue_repository.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds keep_total{2};
constexpr std::chrono::seconds keep_offer{5};
constexpr std::size_t max_totals = 10'000;
constexpr std::size_t max_offers = 100'000;

ProductFilter filter_of(const ProductQuery& query) {
    return {.tenant = query.tenant,
            .category = query.category,
            .min_price = query.min_price,
            .max_price = query.max_price,
            .search = query.search,
            .in_stock = query.in_stock,
            .currency = query.currency,
            .tags = query.tags,
            .vendor = query.vendor,
            .min_rating_hundredths = query.min_rating_hundredths};
}

ProductSlice slice_of(const ProductQuery& query) {
    ProductSlice slice;
    if (query.sort_by == "price")
        slice.sort = CatalogueSort::price;
    else if (query.sort_by == "name")
        slice.sort = CatalogueSort::name;
    slice.ascending = query.ascending;
    slice.limit = query.limit;
    slice.offset = (query.page - 1) * query.limit;
    return slice;
}

/// The filter as text, one field after another, none of which can run into the next.
std::string key_of(const ProductFilter& filter) {
    std::string key;
    const auto add = [&key](std::string_view text) {
        key.append(std::to_string(text.size())).push_back(':');
        key.append(text);
    };
    const auto add_number = [&](std::optional<std::int64_t> number) {
        add(number ? std::to_string(*number) : "");
    };
    add(to_hex(filter.tenant.uuid));
    add(filter.category);
    add_number(filter.min_price);
    add_number(filter.max_price);
    add(filter.search);
    add_number(filter.in_stock);
    add(filter.currency);
    add(filter.vendor ? to_hex(filter.vendor->uuid) : "");
    add_number(filter.min_rating_hundredths);
    for (const auto& tag : filter.tags) add(tag);
    return key;
}

Error no_product() { return refuse(ErrorCode::not_found, "no such product"); }

void give_only(Result<std::vector<ProductJsonPtr>> products,
               const Promise<Result<ProductJsonPtr>>& found) {
    if (!products) return found(products.error());
    if (!products->front()) return found(no_product());
    found(std::move(products->front()));
}

}  // namespace

CatalogueView::CatalogueView(ReadPool& reads, ProductCache* cache, Stocks& stocks,
                             const Clock& clock)
    : reads_(reads),
      cache_(cache),
      stocks_(stocks),
      totals_(clock, keep_total, max_totals),
      offers_(clock, keep_offer, max_offers) {}

void CatalogueView::list(ProductQuery query, Promise<Result<ProductPage>> page) {
    const auto show = [this, tenant = query.tenant, page](Result<Listed> listed) {
        if (!listed) return page(listed.error());
        load_products(reads_, cache_, stocks_, tenant, std::move(listed->ids),
                      [page, total = listed->total](Result<std::vector<ProductJsonPtr>> products) {
                          if (!products) return page(products.error());
                          std::erase(*products, nullptr);  // left the shelf a moment ago
                          page(ProductPage{std::move(*products), total});
                      });
    };
    // Behind the tenant's wall PostgreSQL would not use its index for searched words.
    reads_.read([this, query = std::move(query)](Connection& db) { return find_ids(db, query); },
                show);
}

Result<CatalogueView::Listed> CatalogueView::find_ids(Connection& db, const ProductQuery& query) {
    const auto filter = filter_of(query);
    auto ids = find_product_ids(db, filter, slice_of(query));
    if (!ids) return ids.error();
    const auto key = key_of(filter);
    if (const auto total = totals_.find(key)) return Listed{std::move(*ids), *total};
    const auto total = count_products(db, filter);
    if (!total) return total.error();
    totals_.put(key, *total);
    return Listed{std::move(*ids), *total};
}

void CatalogueView::product(const OfTenant<ProductId>& id, Promise<Result<ProductJsonPtr>> found) {
    load_products(reads_, cache_, stocks_, id.tenant, {id.id},
                  [found](Result<std::vector<ProductJsonPtr>> products) {
                      give_only(std::move(products), found);
                  });
}

void CatalogueView::product_now(const OfTenant<ProductId>& id,
                                Promise<Result<ProductJsonPtr>> found) {
    load_products(reads_, nullptr, stocks_, id.tenant, {id.id},
                  [found](Result<std::vector<ProductJsonPtr>> products) {
                      give_only(std::move(products), found);
                  });
}

void CatalogueView::product_by_slug(OfTenant<std::string> slug,
                                    Promise<Result<ProductJsonPtr>> found) {
    const auto tenant = slug.tenant;
    reads_.read(
        tenant,
        [slug = std::move(slug)](Connection& db) {
            return find_product_by_slug(db, slug.tenant, slug.id);
        },
        [this, tenant, found](Result<std::optional<ProductId>> id) {
            if (!id) return found(id.error());
            if (!*id) return found(no_product());
            product({tenant, **id}, found);
        });
}

void CatalogueView::offer(const OfTenant<VariantId>& id, Promise<Result<OfferPtr>> found) {
    const auto give = [found](OfferPtr offer) {
        if (offer)
            found(std::move(offer));
        else
            found(refuse(ErrorCode::not_found, "no such variant"));
    };
    if (auto remembered = offers_.find(id)) return give(std::move(*remembered));
    reads_.read(
        id.tenant, [id](Connection& db) { return find_offer(db, id.tenant, id.id); },
        [this, id, found, give](Result<std::optional<Offer>> offer) {
            if (!offer) return found(offer.error());
            auto kept = *offer ? std::make_shared<const Offer>(std::move(**offer)) : nullptr;
            offers_.put(id, kept);
            give(std::move(kept));
        });
}

}  // namespace souk
