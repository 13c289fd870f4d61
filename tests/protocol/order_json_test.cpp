#include "protocol/order_json.hpp"

#include "tests/protocol/samples.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

bool contains(const std::string& json, std::string_view part) {
    return json.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an order is shown as in 001, with its parts, history and reservation",
          "[protocol][order]") {
    const auto json = order_json(sample_order());
    CAPTURE(json);
    for (const auto* part : {
             R"("id":"order_00000000000000000000000006","orderNumber":"SOUK-2026-000042",)",
             R"("status":"pending","paymentStatus":"pending","customerId":null,)",
             R"("variant":{"name":"30ml","sku":"SV-C-30"}}])",
             R"("vendorOrders":[{"vendorId":"vend_00000000000000000000000003","status":"pending",)"
             R"("subtotal":5900,"tax":472,"shipping":500,"discount":0,"total":6872}])",
             R"("subtotal":5900,"tax":472,"taxInclusive":false,"shipping":500,"discount":0,)"
             R"("total":6872,"currency":"USD")",
             R"("shippingAddress":{"firstName":"Ahmed","lastName":"Khalil",)",
             R"("governorate":null,)",
             R"("shippingMethod":{"id":"standard","name":"Standard Delivery","price":500,)"
             R"("estimatedDays":"3-5"})",
             R"("paymentMethod":"cash_on_delivery","estimatedDelivery":"2026-01-20",)"
             R"("trackingNumber":null,"notes":null,)",
             R"("reservation":{"id":"res_00000000000000000000000008",)"
             R"("expiresAt":"2026-01-15T10:00:00.000Z"})",
             R"("history":[{"status":"pending","paymentStatus":"pending","actor":"guest",)"
             R"("reason":"placed","at":"2026-01-15T10:00:00.000Z"}])",
         })
        CHECK(contains(json, part));
}

TEST_CASE("a vendor sees its own part of an order and no proof of the buyer", "[protocol][order]") {
    auto order = sample_order();
    auto other = order.items.front();
    other.offer.seller_id = sample_id<VendorId>(33);
    order.items.push_back(other);
    order.vendor_orders.push_back({sample_id<VendorId>(33), OrderStatus::pending, {}});
    order.totals.total = 99999;

    const auto part = part_of(order, sample_id<VendorId>(3));
    CHECK(part.items.size() == 1);
    CHECK(part.vendor_orders.size() == 1);
    CHECK(part.totals.total == 6872);
    const auto json = order_json(part);
    CHECK(contains(json, R"("cartId":null)"));
    CHECK_FALSE(contains(json, to_text(order.cart_id)));
    CHECK_FALSE(contains(json, to_text(sample_id<VendorId>(33))));
}

TEST_CASE("the status of an order comes with its history", "[protocol][order]") {
    const auto json = order_status_json(sample_order());
    CHECK(contains(json, R"("status":"pending","paymentStatus":"pending","history":[{)"));
    CHECK_FALSE(contains(json, "Ahmed"));
}
