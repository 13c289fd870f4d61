#include "persistence/json_columns.hpp"

#include <array>
#include <span>

namespace souk {
namespace {

using Keys = std::span<const std::string_view>;

// In the order of the readers; json_text.cpp writes them.
constexpr std::string_view destination_keys[] = {"country", "region", "city", "postalCode"};
constexpr std::string_view offer_keys[] = {"productName", "productImage", "productSlug",
                                           "variantName", "sku"};
constexpr std::string_view method_keys[] = {"id",      "name",     "description", "estimatedDays",
                                            "maxDays", "currency", "rate",        "isDefault"};
constexpr std::string_view vendor_order_keys[] = {"vendorId", "status",   "subtotal", "discount",
                                                  "tax",      "shipping", "total"};
constexpr std::string_view discount_keys[] = {"id", "code", "type", "value", "minimum", "currency"};

std::string fields_of(std::string_view column, Keys keys) {
    std::string list;
    for (const auto key : keys) {
        if (!list.empty()) list.append(", ");
        list.append(column).append("->>'").append(key).append("'");
    }
    return list;
}

/// JSON writes a boolean as true, a column as t.
bool is_true(std::string_view text) { return text == "true" || text == "t"; }

std::int64_t to_number(const std::string& text) {
    return text.empty() ? 0 : detail::Reader<std::int64_t>::read(text, -1);
}

}  // namespace

std::string destination_columns(std::string_view column) {
    return fields_of(column, destination_keys);
}
std::string offer_columns(std::string_view column) { return fields_of(column, offer_keys); }

std::string discount_columns(std::string_view column) { return fields_of(column, discount_keys); }

std::string shipping_method_columns(std::string_view column) {
    return fields_of(column, method_keys) + ", ARRAY(SELECT json_array_elements_text(" +
           std::string(column) + "->'cities'))";
}

std::string vendor_order_columns(std::string_view column) {
    std::string list;
    for (const auto key : vendor_order_keys) {
        if (!list.empty()) list.append(", ");
        list.append("ARRAY(SELECT part->>'").append(key).append("' FROM json_array_elements(");
        list.append(column).append(") WITH ORDINALITY AS parts(part, place) ORDER BY place)");
    }
    return list;
}

ShippingMethod read_shipping_method(Columns& columns) {
    ShippingMethod method;
    method.id = columns.next_text();
    method.name = columns.next_text();
    method.description = columns.next_text();
    method.estimated_days = columns.next_text();
    method.max_days = to_number(columns.next_text());
    method.currency = columns.next_text();
    method.rate = to_number(columns.next_text());
    method.is_default = is_true(columns.next_text());
    method.cities = columns.next<std::vector<std::string>>();
    return method;
}

Destination read_destination(Columns& columns) {
    Destination destination;
    destination.country = columns.next_text();
    destination.region = columns.next_text();
    destination.city = columns.next_text();
    destination.postal_code = columns.next_text();
    return destination;
}

void read_offer(Columns& columns, Offer& offer) {
    offer.product_name = columns.next_text();
    offer.product_image = columns.next_text();
    offer.product_slug = columns.next_text();
    offer.variant_name = columns.next_text();
    offer.sku = columns.next_text();
}

std::optional<AppliedDiscount> read_discount(Columns& columns) {
    if (columns.at_null()) {
        columns.skip(static_cast<int>(std::size(discount_keys)));
        return std::nullopt;
    }
    AppliedDiscount discount;
    discount.id = columns.next<DiscountId>();
    discount.code = columns.next<std::string>();
    discount.terms.type = columns.next<DiscountType>();
    discount.terms.value = columns.next<Amount>();
    discount.terms.minimum = columns.next<Amount>();
    discount.terms.currency = columns.next<std::optional<Currency>>();
    return discount;
}

std::vector<VendorOrder> read_vendor_orders(Columns& columns) {
    std::array<std::vector<std::string>, std::size(vendor_order_keys)> fields;
    for (auto& field : fields) field = columns.next<std::vector<std::string>>();
    std::vector<VendorOrder> orders;
    for (std::size_t i = 0; i < fields[0].size(); ++i)
        orders.push_back({detail::Reader<VendorId>::read(fields[0][i], -1),
                          detail::Reader<OrderStatus>::read(fields[1][i], -1),
                          {.subtotal = to_number(fields[2][i]),
                           .discount = to_number(fields[3][i]),
                           .tax = to_number(fields[4][i]),
                           .shipping = to_number(fields[5][i]),
                           .total = to_number(fields[6][i])}});
    return orders;
}

}  // namespace souk
