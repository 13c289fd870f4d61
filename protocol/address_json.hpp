#pragma once
// Addresses as they travel: complete for an order, country and city for an estimate.

#include <optional>

#include "domain/order.hpp"
#include "protocol/fields.hpp"
#include "protocol/json.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/problems.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {

/// Only country and city must be known to quote shipping; the rest may come along.
struct EstimateAddress : Address {};

/// The field list of both; `for_order` says which one.
constexpr auto address_fields(bool for_order) {
    const auto rule = [=](std::size_t max_length, Format format = Format::any) {
        return Rule{.min_length = for_order ? std::size_t{1} : std::size_t{0},
                    .max_length = max_length,
                    .format = format,
                    .optional = !for_order,
                    .null_when_empty = !for_order};
    };
    const auto extra = [](std::size_t max_length) {
        return Rule{.max_length = max_length, .null_when_empty = true};
    };
    return std::make_tuple(
        field("firstName", &Address::first_name, "Given name.", rule(100)),
        field("lastName", &Address::last_name, "Family name.", rule(100)),
        field("email", &Address::email, "Where news of the order go.", rule(254, Format::email)),
        field("phone", &Address::phone, "With country code, as +962791234567.",
              rule(16, Format::phone)),
        field("country", &Address::country, "ISO 3166-1 alpha-2.", Rule{.format = Format::country}),
        field("city", &Address::city, "City.", Rule{.min_length = 1, .max_length = 100}),
        field("governorate", &Address::governorate, "Region, governorate or state.", extra(100)),
        field("postalCode", &Address::postal_code, "Postal code.", extra(20)),
        field("street", &Address::street, "Street.", rule(255)),
        field("building", &Address::building, "Building.", extra(100)),
        field("apartment", &Address::apartment, "Apartment.", extra(100)),
        field("instructions", &Address::instructions, "For the driver.", extra(500)));
}

template <>
struct Schema<Address> {
    static constexpr std::string_view name = "Address";
    static constexpr auto use = Use::both;
    static constexpr auto fields = address_fields(true);
};

template <>
struct Schema<EstimateAddress> {
    static constexpr std::string_view name = "EstimateAddress";
    static constexpr auto use = Use::request;
    static constexpr auto fields = address_fields(false);
};

/// An order's address in an answer: of a buyer who was erased only the country and region are left.
struct KeptAddress : Address {};

template <>
struct Schema<KeptAddress> {
    static constexpr std::string_view name = "OrderAddress";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("firstName", &Address::first_name,
              "Given name; null once the buyer is erased, as is "
              "all but the country and the region.",
              Rule{.null_when_empty = true}),
        field("lastName", &Address::last_name, "Family name.", Rule{.null_when_empty = true}),
        field("email", &Address::email, "Where news of the order go.",
              Rule{.format = Format::email, .null_when_empty = true}),
        field("phone", &Address::phone, "With country code, as +962791234567.",
              Rule{.format = Format::phone, .null_when_empty = true}),
        field("country", &Address::country, "ISO 3166-1 alpha-2.", Rule{.format = Format::country}),
        field("city", &Address::city, "City.", Rule{.null_when_empty = true}),
        field("governorate", &Address::governorate, "Region, governorate or state.",
              Rule{.null_when_empty = true}),
        field("postalCode", &Address::postal_code, "Postal code.", Rule{.null_when_empty = true}),
        field("street", &Address::street, "Street.", Rule{.null_when_empty = true}),
        field("building", &Address::building, "Building.", Rule{.null_when_empty = true}),
        field("apartment", &Address::apartment, "Apartment.", Rule{.null_when_empty = true}),
        field("instructions", &Address::instructions, "For the driver.",
              Rule{.null_when_empty = true}));
};

/// Without a copy of it.
struct ShownAddress {
    const Address* address;
};

template <>
struct Codec<ShownAddress> {
    static void write(JsonWriter& out, const ShownAddress& shown) {
        out.begin_object();
        for_each_field<KeptAddress>([&](const auto& field) {
            out.key(field.name);
            write_value(out, std::invoke(field.get, *shown.address), field.rule);
        });
        out.end_object();
    }
    static void schema(JsonWriter& out, SchemaSet& schemas, std::string_view) {
        write_schema<KeptAddress>(out, schemas);
    }
};

/// An address of its own, or "same" as the shipping address.
struct BillingAddress {
    std::optional<Address> other;  // nothing: the same
};

template <>
struct Codec<BillingAddress> {
    static void write(JsonWriter& out, const BillingAddress& value) {
        value.other ? write_value(out, *value.other) : out.string("same");
    }
    static void read(JsonValue value, BillingAddress& out, Problems& problems) {
        if (value.is_object()) return read_object(value, out.other.emplace(), problems);
        if (value.is_string() && value.as_string() == "same") return out.other.reset();
        problems.add("must be an address or \"same\"");
    }
    static void schema(JsonWriter& out, SchemaSet& schemas, std::string_view doc) {
        out.begin_object();
        out.key("description");
        out.string(doc);
        out.key("oneOf");
        out.begin_array();
        write_schema<Address>(out, schemas);
        out.raw(R"({"type":"string","enum":["same"]})");
        out.end_array();
        out.end_object();
    }
};

}  // namespace souk
