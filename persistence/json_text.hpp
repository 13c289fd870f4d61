#pragma once
// JSON text for json parameters: what our own columns hold, written by the batch writer and read
// back with PostgreSQL's operators. The API's JSON is protocol's business.

#include <string>
#include <string_view>

#include "domain/order.hpp"
#include "domain/shipping.hpp"
#include "domain/tax.hpp"

namespace souk {

class JsonObject {
public:
    JsonObject& add(std::string_view name, std::string_view value);
    JsonObject& add(std::string_view name, std::int64_t value);
    JsonObject& add_raw(std::string_view name, std::string_view json);
    /// Closes the object; add nothing afterwards.
    std::string text() { return std::move(text_) + "}"; }

private:
    void name(std::string_view name);
    std::string text_{"{"};
};

std::string json_of(const Destination& destination);
std::string json_of(const ShippingMethod& method);
std::string json_of(const std::vector<VendorOrder>& orders);
/// What a line keeps of its offer besides the columns it has.
std::string json_of(const Offer& offer);
std::string json_of(const AppliedDiscount& discount);
std::string json_of(const std::vector<RestockLine>& lines);

}  // namespace souk
