#include "protocol/product_json.hpp"

#include <algorithm>

#include "protocol/write_json.hpp"

namespace souk {
namespace {

constexpr std::int64_t max_rating = 500;

std::vector<VariantView> variants_of(const Product& product, const VariantUnits& available_units) {
    std::vector<VariantView> variants;
    variants.reserve(product.variants.size());
    for (const auto& variant : product.variants)
        variants.push_back({variant, std::max<std::int64_t>(available_units(variant), 0)});
    return variants;
}

}  // namespace

ProductJson render_product(const Product& product, const VariantUnits& available_units) {
    const auto variants = variants_of(product, available_units);
    return {write_json(ProductView{product, variants}, 2048),
            write_json(ProductDetailView{{product, variants}}, 4096)};
}

void Codec<Rating>::write(JsonWriter& out, const Rating& rating) {
    // Half to even, so that 4.85 and 4.75 both become 4.8.
    const auto tenths = rating.hundredths / 10;
    const auto rest = rating.hundredths % 10;
    const auto rounded = tenths + (rest > 5 || (rest == 5 && tenths % 2 != 0) ? 1 : 0);
    out.raw(std::to_string(rounded / 10) + "." + std::to_string(rounded % 10));
}

void Codec<Rating>::read_text(std::string_view text, Rating& out, Problems& problems) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    const bool shaped = (text.size() == 1 || text.size() == 3 || text.size() == 4) && digit(0) &&
                        (text.size() < 2 || text[1] == '.') && (text.size() < 3 || digit(2)) &&
                        (text.size() < 4 || digit(3));
    if (!shaped) return problems.add("must be a number from 0 to 5 with at most two decimals");
    const auto at = [&](std::size_t i) { return i < text.size() ? text[i] - '0' : 0; };
    out.hundredths = at(0) * 100 + at(2) * 10 + at(3);
    if (out.hundredths > max_rating)
        problems.add("must be a number from 0 to 5 with at most two decimals");
}

void Codec<Rating>::schema(JsonWriter& out, SchemaSet&, std::string_view doc) {
    out.begin_object();
    out.key("type");
    out.string("number");
    out.key("minimum");
    out.integer(0);
    out.key("maximum");
    out.integer(5);
    if (!doc.empty()) {
        out.key("description");
        out.string(doc);
    }
    out.end_object();
}

Result<ProductQuery> product_query(const ProductListQuery& query) {
    if (query.min_price && query.max_price && *query.min_price > *query.max_price)
        return Error{ErrorCode::invalid_input,
                     "Invalid input data",
                     {{"minPrice", "must not be more than maxPrice"}}};
    const auto usual =
        query.sort_by == ProductSort::created_at ? SortOrder::descending : SortOrder::ascending;
    ProductQuery wanted;
    wanted.page = query.page;
    wanted.limit = query.limit;
    wanted.category = query.category;
    wanted.min_price = query.min_price;
    wanted.max_price = query.max_price;
    wanted.search = query.search;
    wanted.sort_by = to_text(query.sort_by);
    wanted.ascending = query.sort_order.value_or(usual) == SortOrder::ascending;
    wanted.in_stock = query.in_stock;
    if (query.currency) wanted.currency = query.currency->text();
    wanted.tags = query.tags;
    wanted.vendor = query.vendor;
    if (query.min_rating) wanted.min_rating_hundredths = query.min_rating->hundredths;
    return wanted;
}

}  // namespace souk
