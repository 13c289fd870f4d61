#include "protocol/inventory_json.hpp"

#include "protocol/health_json.hpp"
#include "tests/protocol/samples.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

StockView stock_of(std::int64_t on_hand, std::int64_t reserved) {
    return {{sample_id<VariantId>(2), sample_id<VendorId>(3)}, on_hand, reserved, 10, 4};
}

}  // namespace

TEST_CASE("a variant's stock is shown as in 001", "[protocol][inventory]") {
    CHECK(variant_stock_json({sample_id<ProductId>(1), stock_of(150, 0)}) ==
          R"({"productId":"prod_00000000000000000000000001",)"
          R"("variantId":"var_00000000000000000000000002","inventoryCount":150,"available":true,)"
          R"("lowStock":false,"lowStockThreshold":10})");
}

TEST_CASE("a seller's stock is shown with all its counts", "[protocol][inventory]") {
    CHECK(seller_stock_json(stock_of(12, 4)) ==
          R"({"variantId":"var_00000000000000000000000002",)"
          R"("sellerId":"vend_00000000000000000000000003","onHand":12,"reserved":4,"available":8,)"
          R"("lowStock":true,"lowStockThreshold":10,"version":4})");
}

TEST_CASE("a reservation is shown with its end", "[protocol][inventory]") {
    CHECK(reservation_json({sample_id<ReservationId>(8), sample_time(), ReservationState::open}) ==
          R"({"reservationId":"res_00000000000000000000000008","status":"open",)"
          R"("expiresAt":"2026-01-15T10:00:00.000Z"})");
}

TEST_CASE("movements come with their balance and a cursor", "[protocol][inventory]") {
    MovementRow row;
    row.movement = {sample_id<MovementId>(1), {}, MovementKind::sold, -2, "", {}, {}};
    row.balance = 8;
    row.at = sample_time();
    MovementPage page{{row}, 41, "c2"};
    CHECK(movements_json(page, {1, 20, {}}) ==
          R"({"data":[{"id":"mov_00000000000000000000000001","kind":"sold","quantity":-2,)"
          R"("balance":8,"reason":null,"orderId":null,"reservationId":null,)"
          R"("createdAt":"2026-01-15T10:00:00.000Z"}],"pagination":{"page":1,"limit":20,)"
          R"("total":41,"totalPages":3,"hasNext":true,"hasPrev":false,"nextCursor":"c2"}})");
}

TEST_CASE("pages know what is before and after them", "[protocol][inventory]") {
    const auto json = low_stock_json({{}, 40}, {2, 20, {}});
    CHECK(json == R"({"data":[],"pagination":{"page":2,"limit":20,"total":40,"totalPages":2,)"
                  R"("hasNext":false,"hasPrev":true}})");
}

TEST_CASE("health is unavailable only when something required is gone", "[protocol][health]") {
    CHECK(report_of({{"postgresql", true, true, ""}}).status == "ok");
    CHECK(report_of({{"redis", false, false, "refused"}}).status == "degraded");
    CHECK_FALSE(report_of({{"redis", false, false, ""}, {"postgresql", true, false, ""}}).ready());
    CHECK(health_json(report_of({{"redis", false, false, ""}})) ==
          R"({"status":"degraded","components":[{"name":"redis","required":false,"up":false,)"
          R"("detail":null}]})");
}
