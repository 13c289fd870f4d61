#pragma once
// What can be bought, as readers and buyers see it. Stock counts are not here: they belong to the
// stock entity and are joined where a product is shown.

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"

namespace souk {

struct ProductImage {
    ImageId id;
    std::string url;
    std::string alt_text;
    std::int64_t sort_order{};
};

struct Variant {
    VariantId id;
    ProductId product_id;
    VendorId seller_id;
    std::string name;
    std::string sku;
    Amount price{};
    Currency currency;
    std::int64_t weight_grams{};
};

struct Product {
    ProductId id;
    VendorId vendor_id;
    std::string name;
    std::string slug;
    std::string description;
    Amount price{};
    std::optional<Amount> compare_at_price;
    Currency currency;
    std::string category;  // slug
    std::vector<ProductImage> images;
    std::vector<Variant> variants;
    std::vector<std::string> tags;
    std::string status;
    std::string seo_title;
    std::string seo_description;
    std::vector<std::string> ingredients;
    std::vector<std::string> skin_types;
    std::vector<std::string> concerns;
    std::string how_to_use;
    std::int64_t rating_hundredths{};  // 480 is 4.8 stars
    std::int64_t review_count{};
    TimePoint created_at;
    TimePoint updated_at;
    Version version{};
};

/// What a cart line remembers of the thing it names, fixed when it was added.
struct Offer {
    ProductId product_id;
    VariantId variant_id;
    VendorId seller_id;
    Amount unit_price{};
    Currency currency;
    std::string product_name;
    std::string product_image;
    std::string product_slug;
    std::string variant_name;
    std::string sku;
};

}  // namespace souk
