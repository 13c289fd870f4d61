#pragma once
// Reads the JSONB columns of carts and orders that json_text.hpp writes. PostgreSQL's own
// operators take them apart, so that no JSON parser is needed here.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/order.hpp"
#include "domain/shipping.hpp"
#include "domain/tax.hpp"
#include "persistence/query.hpp"

namespace souk {

/// Select lists that take a JSONB column apart, for the readers below.
std::string shipping_method_columns(std::string_view column);
std::string destination_columns(std::string_view column);
std::string offer_columns(std::string_view column);
std::string discount_columns(std::string_view column);
/// Arrays of text, one per field, from an array of objects.
std::string vendor_order_columns(std::string_view column);

ShippingMethod read_shipping_method(Columns& columns);
Destination read_destination(Columns& columns);
void read_offer(Columns& columns, Offer& offer);
/// Nothing for NULL.
std::optional<AppliedDiscount> read_discount(Columns& columns);
std::vector<VendorOrder> read_vendor_orders(Columns& columns);

}  // namespace souk
