#pragma once
// Products as 001 shows them in lists and on their own page, and the query that lists them.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/catalogue.hpp"
#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/views.hpp"

namespace souk {

/// Units of a variant that can be bought now.
using VariantUnits = std::function<std::int64_t(const Variant&)>;

ProductJson render_product(const Product& product, const VariantUnits& available_units);

/// Stars in hundredths; in JSON a number with one decimal, without passing through floating point.
struct Rating {
    std::int64_t hundredths{};
};

template <>
struct Codec<Rating> {
    static void write(JsonWriter& out, const Rating& rating);
    /// In a query: "4", "4.5" or "4.25".
    static void read_text(std::string_view text, Rating& out, Problems& problems);
    static void schema(JsonWriter& out, SchemaSet&, std::string_view doc);
};

struct VariantView {
    const Variant& variant;
    std::int64_t units{};
};

template <>
struct Schema<VariantView> {
    using View = VariantView;
    static constexpr std::string_view name = "Variant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) { return view.variant.id; }, "The variant."),
        field(
            "sellerId", [](const View& view) { return view.variant.seller_id; }, "Who sells it."),
        field(
            "name", [](const View& view) -> auto& { return view.variant.name; },
            "What tells it from the others, as 30ml."),
        field(
            "sku", [](const View& view) -> auto& { return view.variant.sku; },
            "Stock keeping unit."),
        field(
            "price", [](const View& view) { return view.variant.price; },
            "In minor units of the currency."),
        field("inventoryCount", &View::units, "Units that can be bought now."),
        field(
            "available", [](const View& view) { return view.units > 0; }, "Can it be bought now?"));
};

template <>
struct Schema<ProductImage> {
    static constexpr std::string_view name = "ProductImage";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &ProductImage::id, "The image."), field("url", &ProductImage::url, "Where."),
        field("altText", &ProductImage::alt_text, "For those who cannot see it."),
        field("sortOrder", &ProductImage::sort_order, "Its place among the others."));
};

/// A product as in GET /products.
struct ProductView {
    const Product& product;
    const std::vector<VariantView>& variants;
};

template <>
struct Schema<ProductView> {
    using View = ProductView;
    static constexpr std::string_view name = "Product";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const View& view) { return view.product.id; }, "The product."),
        field(
            "vendorId", [](const View& view) { return view.product.vendor_id; }, "Who sells it."),
        field(
            "name", [](const View& view) -> auto& { return view.product.name; }, "Its name."),
        field(
            "slug", [](const View& view) -> auto& { return view.product.slug; },
            "Its name in addresses."),
        field(
            "description", [](const View& view) -> auto& { return view.product.description; },
            "What it is."),
        field(
            "price", [](const View& view) { return view.product.price; },
            "In minor units of the currency."),
        field(
            "compareAtPrice",
            [](const View& view) -> auto& { return view.product.compare_at_price; },
            "What it used to cost."),
        field(
            "currency", [](const View& view) { return view.product.currency; }, "ISO 4217."),
        field(
            "images", [](const View& view) -> auto& { return view.product.images; },
            "In their order."),
        field(
            "variants", [](const View& view) -> auto& { return view.variants; },
            "What can be put into a cart."),
        field(
            "category", [](const View& view) -> auto& { return view.product.category; },
            "Slug of the category."),
        field(
            "tags", [](const View& view) -> auto& { return view.product.tags; }, "Labels."),
        field(
            "status", [](const View& view) -> auto& { return view.product.status; }, "As active."),
        field(
            "seoTitle", [](const View& view) -> auto& { return view.product.seo_title; },
            "For search engines."),
        field(
            "seoDescription",
            [](const View& view) -> auto& { return view.product.seo_description; },
            "For search engines."),
        field(
            "createdAt", [](const View& view) { return view.product.created_at; }, "When."),
        field(
            "updatedAt", [](const View& view) { return view.product.updated_at; }, "When."));
};

struct ReviewSummary {
    Rating average;
    std::int64_t total{};
};

template <>
struct Schema<ReviewSummary> {
    static constexpr std::string_view name = "ReviewSummary";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("averageRating", &ReviewSummary::average, "Stars out of 5."),
                        field("totalReviews", &ReviewSummary::total, "How many reviews."));
};

/// A product on its own page.
struct ProductDetailView : ProductView {};

template <>
struct Schema<ProductDetailView> {
    using View = ProductDetailView;
    static constexpr std::string_view name = "ProductDetail";
    static constexpr auto use = Use::answer;
    static constexpr auto
        fields =
            std::
                tuple_cat(Schema<ProductView>::fields,
                          std::make_tuple(
                              field(
                                  "ingredients", [](const View& view) -> auto& {
                                      return view.product.ingredients;
                                  },
                                  "What is in it."),
                              field(
                                  "skinTypes",
                                  [](const View& view) -> auto& { return view.product.skin_types; },
                                  "Whom it suits."),
                              field(
                                  "concerns",
                                  [](const View& view) -> auto& { return view.product.concerns; },
                                  "What it is for."),
                              field(
                                  "howToUse",
                                  [](const View& view) -> auto& { return view.product.how_to_use; },
                                  "Instructions."),
                              field(
                                  "reviews",
                                  [](const View& view) {
                                      return ReviewSummary{{view.product.rating_hundredths},
                                                           view.product.review_count};
                                  },
                                  "What buyers think.")));
};

enum class ProductSort { created_at, price, name };
enum class SortOrder { descending, ascending };

template <>
struct EnumNames<ProductSort> {
    static constexpr std::array<std::pair<ProductSort, std::string_view>, 3> names{{
        {ProductSort::price, "price"},
        {ProductSort::name, "name"},
        {ProductSort::created_at, "created_at"},
    }};
};
template <>
struct EnumNames<SortOrder> {
    static constexpr std::array<std::pair<SortOrder, std::string_view>, 2> names{{
        {SortOrder::ascending, "asc"},
        {SortOrder::descending, "desc"},
    }};
};

/// The query string of GET /products.
struct ProductListQuery {
    std::int64_t page{1};
    std::int64_t limit{20};
    std::string category;
    std::optional<Amount> min_price;
    std::optional<Amount> max_price;
    std::string search;
    ProductSort sort_by{ProductSort::created_at};
    std::optional<SortOrder> sort_order;
    std::optional<bool> in_stock;
    std::optional<Currency> currency;
    std::vector<std::string> tags;
    std::optional<VendorId> vendor;
    std::optional<Rating> min_rating;
};

template <>
struct Schema<ProductListQuery> {
    using Query = ProductListQuery;
    static constexpr std::string_view name = "ProductListQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("page", &Query::page, "Which page, from 1.", page_rule),
        field("limit", &Query::limit, "Products per page, 20 unless said otherwise.", limit_rule),
        field("category", &Query::category, "Slug of a category; its whole subtree is listed.",
              {.max_length = 100, .optional = true}),
        field("minPrice", &Query::min_price, "In minor units.", {.min = 0, .max = max_amount}),
        field("maxPrice", &Query::max_price, "In minor units.", {.min = 0, .max = max_amount}),
        field("search", &Query::search, "Words of the name or the description.",
              {.max_length = 200, .optional = true}),
        field("sortBy", &Query::sort_by, "created_at unless said otherwise.", {.optional = true}),
        field("sortOrder", &Query::sort_order,
              "By default newest first, and names and prices ascending."),
        field("inStock", &Query::in_stock, "Only what can, or cannot, be bought now."),
        field("currency", &Query::currency, "Only products priced in it."),
        field("tags", &Query::tags, "Products that have all of these.",
              {.max_length = 50, .max_items = 20, .optional = true}),
        field("vendor", &Query::vendor, "Only this vendor's products."),
        field("minRating", &Query::min_rating, "Stars, as 4.5."));
};

/// `invalid_input` when the bounds exclude each other.
Result<ProductQuery> product_query(const ProductListQuery& query);

}  // namespace souk
