#pragma once
// JSON text for jsonb parameters: what our own columns hold, written by the batch writer and read
// back with PostgreSQL's operators. The API's JSON is protocol's business.

#include <string>
#include <string_view>

#include "domain/order.hpp"
#include "domain/shipping.hpp"
#include "domain/tax.hpp"

namespace souk {

class JsonbObject {
public:
    JsonbObject& add(std::string_view name, std::string_view value);
    JsonbObject& add(std::string_view name, std::int64_t value);
    JsonbObject& add_raw(std::string_view name, std::string_view json);
    /// Closes the object; add nothing afterwards.
    std::string text() { return std::move(text_) + "}"; }

private:
    void name(std::string_view name);
    std::string text_{"{"};
};

std::string jsonb_of(const Address& address);
std::string jsonb_of(const Destination& destination);
std::string jsonb_of(const ShippingMethod& method);
std::string jsonb_of(const std::vector<VendorOrder>& orders);
/// What a line keeps of its offer besides the columns it has.
std::string jsonb_of(const Offer& offer);

}  // namespace souk
