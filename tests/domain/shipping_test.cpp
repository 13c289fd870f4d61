#include "domain/shipping.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

std::vector<ShippingZone> zones() {
    ShippingMethod standard{.id = "standard", .currency = "JOD", .rate = 500, .is_default = true};
    ShippingMethod express{.id = "express", .currency = "JOD", .rate = 1'000};
    ShippingMethod same_day{
        .id = "same_day", .currency = "JOD", .rate = 1'500, .cities = {"Amman"}};
    return {{"JO", "Jordan", {express, same_day, standard}}};
}

const Currency jod = parse_currency("JOD").value();

}  // namespace

TEST_CASE("every method that serves the place is offered, the default first",
          "[domain][shipping]") {
    const auto quotes = quote_shipping(zones(), {"JO", "", "amman", ""}, jod, 1).value();
    REQUIRE(quotes.size() == 3);
    CHECK(quotes.front().method.id == "standard");
    CHECK(quote_shipping(zones(), {"JO", "", "Irbid", ""}, jod, 1)->size() == 2);
}

TEST_CASE("every vendor's parcel costs the rate", "[domain][shipping]") {
    CHECK(quote_shipping(zones(), {"JO", "", "Irbid", ""}, jod, 3)->front().price == 1'500);
    CHECK(quote_shipping(zones(), {"JO", "", "Irbid", ""}, jod, 0)->front().price == 500);
}

TEST_CASE("a place no zone serves is not serviceable", "[domain][shipping]") {
    CHECK(quote_shipping(zones(), {"BR", "", "", ""}, jod, 1).error().code ==
          ErrorCode::unprocessable);
    CHECK(quote_shipping(zones(), {"JO", "", "", ""}, parse_currency("USD").value(), 1)
              .error()
              .code == ErrorCode::unprocessable);
}
