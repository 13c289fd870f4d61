#include "persistence/catalogue_repository.hpp"

#include <algorithm>
#include <unordered_map>

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr std::size_t max_search_words = 8;

constexpr auto select_subtree = R"(
    WITH RECURSIVE subtree AS (
        SELECT id FROM categories WHERE tenant_id = $1 AND slug = $2
        UNION
        SELECT c.id FROM categories c JOIN subtree s ON c.parent_id = s.id)
    SELECT id FROM subtree)";

constexpr auto select_products = R"(
    SELECT p.id, p.vendor_id, p.name, p.slug, p.description, p.price, p.compare_at_price,
           p.currency, c.slug, p.tags, p.status, p.seo_title, p.seo_description, p.ingredients,
           p.skin_types, p.skin_concerns, p.how_to_use, p.rating_hundredths, p.review_count,
           p.created_at, p.updated_at, p.version
    FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(id, place)
    JOIN products p ON p.id = wanted.id AND p.tenant_id = $1
    JOIN categories c ON c.id = p.category_id
    ORDER BY wanted.place)";

constexpr auto select_variants = R"(
    SELECT v.product_id, v.id, p.vendor_id, v.name, v.sku, v.price, p.currency, v.weight_grams
    FROM product_variants v
    JOIN products p ON p.id = v.product_id
    WHERE v.tenant_id = $1 AND v.product_id = ANY($2::uuid[])
    ORDER BY v.product_id, v.position)";

constexpr auto select_images = R"(
    SELECT product_id, id, url, alt_text, sort_order
    FROM product_images
    WHERE tenant_id = $1 AND product_id = ANY($2::uuid[])
    ORDER BY product_id, sort_order)";

constexpr auto select_slug =
    "SELECT id FROM products WHERE tenant_id = $1 AND slug = $2 AND status = 'active'";

constexpr auto select_offer = R"(
    SELECT p.id, v.id, p.vendor_id, v.price, p.currency, p.name, image.url, p.slug, v.name, v.sku
    FROM product_variants v
    JOIN products p ON p.id = v.product_id AND p.status = 'active'
    LEFT JOIN LATERAL (SELECT url FROM product_images WHERE product_id = p.id
                       ORDER BY sort_order LIMIT 1) image ON true
    WHERE v.tenant_id = $1 AND v.id = $2)";

/// Conditions that a product meets, and the values they compare with.
struct Conditions {
    std::string sql{"p.status = 'active'"};
    Parameters values;

    /// `text` has one '$', which becomes the value's place.
    template <class T>
    void add(std::string text, const T& value) {
        values.add(value);
        text.insert(text.find('$') + 1, std::to_string(values.size()));
        sql += " AND " + text;
    }
};

/// The words of a search as patterns for ILIKE.
std::vector<std::string> search_patterns(const std::string& search) {
    std::vector<std::string> patterns;
    std::string word;
    const auto finish = [&] {
        if (!word.empty() && patterns.size() < max_search_words)
            patterns.push_back("%" + word + "%");
        word.clear();
    };
    for (const char character : search) {
        if (character == ' ' || character == '\t' || character == '\n') {
            finish();
            continue;
        }
        if (character == '%' || character == '_' || character == '\\') word.push_back('\\');
        word.push_back(character);
    }
    finish();
    return patterns;
}

/// One category compares with `=`, so that the index which also has the sort is of use.
Result<void> add_category(Connection& db, const ProductFilter& filter, Conditions& conditions) {
    const auto ids = map_rows(query(db, select_subtree, filter.tenant, filter.category),
                              [](Row row) { return row.get<Uuid>(0); });
    if (!ids) return ids.error();
    if (ids->size() == 1)
        conditions.add("p.category_id = $::uuid", ids->front());
    else
        conditions.add("p.category_id = ANY($::uuid[])", *ids);
    return {};
}

Result<Conditions> conditions_of(Connection& db, const ProductFilter& filter) {
    Conditions conditions;
    conditions.add("p.tenant_id = $::uuid", filter.tenant);
    if (!filter.category.empty()) {
        if (const auto added = add_category(db, filter, conditions); !added) return added.error();
    }
    if (filter.min_price) conditions.add("p.price >= $::int8", *filter.min_price);
    if (filter.max_price) conditions.add("p.price <= $::int8", *filter.max_price);
    if (!filter.currency.empty()) conditions.add("p.currency = $::char(3)", filter.currency);
    if (!filter.tags.empty()) conditions.add("p.tags @> $::text[]", filter.tags);
    if (filter.vendor) conditions.add("p.vendor_id = $::uuid", *filter.vendor);
    if (filter.min_rating_hundredths)
        conditions.add("p.rating_hundredths >= $::int8", *filter.min_rating_hundredths);
    for (const auto& pattern : search_patterns(filter.search))
        conditions.add("(p.name || ' ' || p.description) ILIKE $", pattern);
    if (filter.in_stock)
        conditions.sql += std::string(*filter.in_stock ? " AND" : " AND NOT") +
                          " EXISTS (SELECT FROM product_variants v JOIN stock s"
                          " ON s.variant_id = v.id AND s.seller_id = p.vendor_id"
                          " WHERE v.product_id = p.id AND s.on_hand > s.reserved)";
    return conditions;
}

std::string order_of(const ProductSlice& slice) {
    const std::string direction = slice.ascending ? " ASC" : " DESC";
    const auto by = [&](const char* column) {
        return std::string(" ORDER BY p.") + column + direction + ", p.id" + direction;
    };
    switch (slice.sort) {
        case CatalogueSort::created_at:
            return by("created_at");
        case CatalogueSort::price:
            return by("price");
        case CatalogueSort::name:
            return by("name");
    }
    return {};
}

Product product_from(Row row) {
    Columns columns(row);
    Product product;
    product.id = columns.next<ProductId>();
    product.vendor_id = columns.next<VendorId>();
    product.name = columns.next<std::string>();
    product.slug = columns.next<std::string>();
    product.description = columns.next<std::string>();
    product.price = columns.next<Amount>();
    product.compare_at_price = columns.next<std::optional<Amount>>();
    product.currency = columns.next<Currency>();
    product.category = columns.next<std::string>();
    product.tags = columns.next<std::vector<std::string>>();
    product.status = columns.next<std::string>();
    product.seo_title = columns.next<std::string>();
    product.seo_description = columns.next<std::string>();
    product.ingredients = columns.next<std::vector<std::string>>();
    product.skin_types = columns.next<std::vector<std::string>>();
    product.concerns = columns.next<std::vector<std::string>>();
    product.how_to_use = columns.next<std::string>();
    product.rating_hundredths = columns.next<std::int64_t>();
    product.review_count = columns.next<std::int64_t>();
    product.created_at = columns.next<TimePoint>();
    product.updated_at = columns.next<TimePoint>();
    product.version = columns.next<Version>();
    return product;
}

Variant variant_from(Row row) {
    Columns columns(row);
    Variant variant;
    variant.product_id = columns.next<ProductId>();
    variant.id = columns.next<VariantId>();
    variant.seller_id = columns.next<VendorId>();
    variant.name = columns.next<std::string>();
    variant.sku = columns.next<std::string>();
    variant.price = columns.next<Amount>();
    variant.currency = columns.next<Currency>();
    variant.weight_grams = columns.next<std::int64_t>();
    return variant;
}

ProductImage image_from(Row row) {
    Columns columns(row);
    columns.skip(1);
    ProductImage image;
    image.id = columns.next<ImageId>();
    image.url = columns.next<std::string>();
    image.alt_text = columns.next<std::string>();
    image.sort_order = columns.next<std::int64_t>();
    return image;
}

Offer offer_from(Row row) {
    Columns columns(row);
    Offer offer;
    offer.product_id = columns.next<ProductId>();
    offer.variant_id = columns.next<VariantId>();
    offer.seller_id = columns.next<VendorId>();
    offer.unit_price = columns.next<Amount>();
    offer.currency = columns.next<Currency>();
    offer.product_name = columns.next<std::string>();
    offer.product_image = columns.next_text();  // NULL: it has no image
    offer.product_slug = columns.next<std::string>();
    offer.variant_name = columns.next<std::string>();
    offer.sku = columns.next<std::string>();
    return offer;
}

}  // namespace

Result<std::vector<ProductId>> find_product_ids(Connection& db, const ProductFilter& filter,
                                                const ProductSlice& slice) {
    auto conditions = conditions_of(db, filter);
    if (!conditions) return conditions.error();
    const auto limit = conditions->values.size() + 1;
    conditions->values.add(slice.limit);
    conditions->values.add(slice.offset);
    const auto sql = "SELECT p.id FROM products p WHERE " + conditions->sql + order_of(slice) +
                     " LIMIT $" + std::to_string(limit) + " OFFSET $" + std::to_string(limit + 1);
    return map_rows(query_once(db, sql, conditions->values),
                    [](Row row) { return row.get<ProductId>(0); });
}

Result<std::int64_t> count_products(Connection& db, const ProductFilter& filter) {
    const auto conditions = conditions_of(db, filter);
    if (!conditions) return conditions.error();
    const auto rows = query_once(db, "SELECT count(*) FROM products p WHERE " + conditions->sql,
                                 conditions->values);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::vector<Product>> find_products(Connection& db, const TenantId& tenant,
                                           const std::vector<ProductId>& ids) {
    auto products = map_rows(query(db, select_products, tenant, ids), product_from);
    if (!products) return products;
    const auto variants = query(db, select_variants, tenant, ids);
    if (!variants) return variants.error();
    const auto images = query(db, select_images, tenant, ids);
    if (!images) return images.error();

    std::unordered_map<ProductId, std::size_t> places;
    for (std::size_t i = 0; i < products->size(); ++i) places.emplace((*products)[i].id, i);
    const auto owner = [&](Row row) -> Product* {
        const auto found = places.find(row.get<ProductId>(0));
        return found == places.end() ? nullptr : &(*products)[found->second];
    };
    for (const auto row : *variants)
        if (auto* product = owner(row)) product->variants.push_back(variant_from(row));
    for (const auto row : *images)
        if (auto* product = owner(row)) product->images.push_back(image_from(row));
    return products;
}

Result<std::optional<ProductId>> find_product_by_slug(Connection& db, const TenantId& tenant,
                                                      const std::string& slug) {
    const auto rows = query(db, select_slug, tenant, slug);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<ProductId>{};
    return std::optional{rows->front().get<ProductId>(0)};
}

Result<std::optional<Offer>> find_offer(Connection& db, const TenantId& tenant, VariantId id) {
    const auto rows = query(db, select_offer, tenant, id);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Offer>{};
    return std::optional{offer_from(rows->front())};
}

}  // namespace souk
