#include "persistence/json_text.hpp"

#include "domain/json_string.hpp"

namespace souk {

void JsonObject::name(std::string_view name) {
    if (text_.size() > 1) text_.push_back(',');
    append_json_string(text_, name);
    text_.push_back(':');
}

JsonObject& JsonObject::add(std::string_view member, std::string_view value) {
    name(member);
    append_json_string(text_, value);
    return *this;
}

JsonObject& JsonObject::add(std::string_view member, std::int64_t value) {
    return add_raw(member, std::to_string(value));
}

JsonObject& JsonObject::add_raw(std::string_view member, std::string_view json) {
    name(member);
    text_.append(json);
    return *this;
}

std::string json_of(const Destination& destination) {
    return JsonObject{}
        .add("country", destination.country)
        .add("region", destination.region)
        .add("city", destination.city)
        .add("postalCode", destination.postal_code)
        .text();
}

std::string json_of(const ShippingMethod& method) {
    std::string cities = "[";
    for (const auto& city : method.cities) {
        if (cities.size() > 1) cities.push_back(',');
        append_json_string(cities, city);
    }
    cities.push_back(']');
    return JsonObject{}
        .add("id", method.id)
        .add("name", method.name)
        .add("description", method.description)
        .add("estimatedDays", method.estimated_days)
        .add("maxDays", method.max_days)
        .add("currency", method.currency)
        .add("rate", method.rate)
        .add_raw("isDefault", method.is_default ? "true" : "false")
        .add_raw("cities", cities)
        .text();
}

std::string json_of(const std::vector<VendorOrder>& orders) {
    std::string text = "[";
    for (const auto& order : orders) {
        if (text.size() > 1) text.push_back(',');
        text += JsonObject{}
                    .add("vendorId", to_hex(order.vendor_id.uuid))
                    .add("status", static_cast<std::int64_t>(order.status))
                    .add("subtotal", order.totals.subtotal)
                    .add("discount", order.totals.discount)
                    .add("tax", order.totals.tax)
                    .add("shipping", order.totals.shipping)
                    .add("total", order.totals.total)
                    .text();
    }
    text.push_back(']');
    return text;
}

std::string json_of(const Offer& offer) {
    return JsonObject{}
        .add("productName", offer.product_name)
        .add("productImage", offer.product_image)
        .add("productSlug", offer.product_slug)
        .add("variantName", offer.variant_name)
        .add("sku", offer.sku)
        .text();
}

std::string json_of(const AppliedDiscount& discount) {
    JsonObject object;
    object.add("id", to_hex(discount.id.uuid))
        .add("code", discount.code)
        .add("type", static_cast<std::int64_t>(discount.terms.type))
        .add("value", discount.terms.value)
        .add("minimum", discount.terms.minimum);
    if (discount.terms.currency) object.add("currency", discount.terms.currency->text());
    return object.text();
}

std::string json_of(const std::vector<RestockLine>& lines) {
    std::string text = "[";
    for (const auto& line : lines) {
        if (text.size() > 1) text.push_back(',');
        text +=
            JsonObject{}.add("item", to_hex(line.item.uuid)).add("quantity", line.quantity).text();
    }
    text.push_back(']');
    return text;
}

}  // namespace souk
