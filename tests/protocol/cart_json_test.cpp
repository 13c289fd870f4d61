#include "protocol/cart_json.hpp"

#include "tests/protocol/samples.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("a cart is shown as in 001", "[protocol][cart]") {
    const auto json = cart_json(sample_cart(), [](StockKey key) {
        return key.variant == sample_id<VariantId>(2) ? std::int64_t{148} : std::int64_t{0};
    });
    CHECK(json ==
          R"({"id":"cart_00000000000000000000000004","customerId":null,"status":"open",)"
          R"("orderId":null,"items":[{"id":"item_00000000000000000000000005",)"
          R"("productId":"prod_00000000000000000000000001",)"
          R"("variantId":"var_00000000000000000000000002",)"
          R"("sellerId":"vend_00000000000000000000000003","quantity":2,"unitPrice":2950,)"
          R"("totalPrice":5900,"product":{"name":"Vitamin C \"Serum\"",)"
          R"("image":"https://cdn.example.com/serum1.webp","slug":"vitamin-c-serum"},)"
          R"("variant":{"name":"30ml","sku":"SV-C-30","available":true,"inventoryCount":148}}],)"
          R"("subtotal":5900,"tax":472,"taxInclusive":false,"shipping":500,"discount":0,)"
          R"("total":6872,"currency":"USD","discountCode":null,"itemCount":2,"version":3,)"
          R"("createdAt":"2026-01-15T10:00:00.000Z","updatedAt":"2026-01-15T10:00:00.000Z",)"
          R"("expiresAt":"2026-01-15T10:00:00.000Z"})");
}

TEST_CASE("a line whose units are gone says so", "[protocol][cart]") {
    const auto json = cart_json(sample_cart(), [](StockKey) { return std::int64_t{-1}; });
    CHECK(json.find(R"("available":false,"inventoryCount":0)") != std::string::npos);
}

TEST_CASE("an ordered cart names its order", "[protocol][cart]") {
    auto cart = sample_cart();
    cart.status = CartStatus::ordered;
    cart.order_id = sample_id<OrderId>(6);
    const auto json = cart_json(cart, [](StockKey) { return std::int64_t{1}; });
    CHECK(json.find(R"("status":"ordered","orderId":"order_00000000000000000000000006")") !=
          std::string::npos);
}
