#include "protocol/checkout_json.hpp"

#include "tests/protocol/samples.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

constexpr std::string_view address =
    R"({"firstName":"A","lastName":"K","email":"a@example.com","phone":"+962791234567",)"
    R"("country":"JO","city":"Amman","street":"Queen Rania"})";

PlaceOrderBody order_of(std::string_view more) {
    const auto read = read_json<PlaceOrderBody>(
        R"({"cartId":"cart_00000000000000000000000004","shippingAddress":)" + std::string{address} +
        R"(,"shippingMethod":"standard","paymentMethod":"cash_on_delivery")" + std::string{more} +
        "}");
    REQUIRE(read);
    return *read;
}

}  // namespace

TEST_CASE("a billing address may be left out, the same, or another", "[protocol][checkout]") {
    CHECK_FALSE(order_of("").billing_address.other);
    CHECK_FALSE(order_of(R"(,"billingAddress":"same")").billing_address.other);
    const auto other = order_of(R"(,"billingAddress":)" + std::string{address});
    REQUIRE(other.billing_address.other);
    CHECK(other.billing_address.other->city == "Amman");
}

TEST_CASE("the same wish has the same canonical text, another wish has another",
          "[protocol][checkout]") {
    const auto plain = canonical_json(order_of(""));
    CHECK(plain == canonical_json(order_of(R"( , "billingAddress" : "same" )")));
    CHECK(plain == canonical_json(order_of(R"(,"notes":"","customerId":null)")));
    CHECK(plain != canonical_json(order_of(R"(,"notes":"other")")));
    CHECK(plain != canonical_json(order_of(R"(,"expectedTotal":1)")));
}

TEST_CASE("shipping methods are shown as in 001, always with available", "[protocol][checkout]") {
    const ShippingMethod method{
        "standard", "Standard Delivery", "3-5 business days", "3-5", 5, "JOD", 500, true, {}};
    CHECK(shipping_quotes_json({{method, 2, 1000}}) ==
          R"({"methods":[{"id":"standard","name":"Standard Delivery",)"
          R"("description":"3-5 business days","price":1000,"parcels":2,"estimatedDays":"3-5",)"
          R"("isDefault":true,"available":true}]})");
}

TEST_CASE("a cart with a discount is shown as in 001", "[protocol][checkout]") {
    auto cart = sample_cart();
    cart.totals.discount = 1180;
    const auto shown = [&](DiscountType type, std::int64_t value) {
        const auto terms = discount_terms(type, value, 0, Currency{}).value();
        cart.discount = AppliedDiscount{{}, "SAVE20", terms};
        return discounted_cart_json(cart, [](StockKey) { return std::int64_t{1}; });
    };
    CHECK(shown(DiscountType::percentage, 20)
              .starts_with(R"({"code":"SAVE20","type":"percentage","value":20,)"
                           R"("discountAmount":1180,"cart":{"id":"cart_)"));
    CHECK(shown(DiscountType::fixed_amount, 1180)
              .starts_with(R"({"code":"SAVE20","type":"fixed_amount","value":1180,)"
                           R"("discountAmount":1180,"cart":{"id":"cart_)"));
    CHECK(shown(DiscountType::percentage, 20).find(R"("discountCode":"SAVE20")") !=
          std::string::npos);
}
