#include "domain/cart.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};

Offer offer(std::uint64_t number, Amount price = 2'950, std::uint64_t seller = 1) {
    Offer made;
    made.variant_id = VariantId{uuid_v7(now, 1, number)};
    made.seller_id = VendorId{uuid_v7(now, 2, seller)};
    made.unit_price = price;
    return made;
}

CartItemId item(std::uint64_t number) { return {uuid_v7(now, 3, number)}; }

Cart empty_cart() {
    const CartId id{uuid_v7(now, 4, 1)};
    return decide(Cart{}, CreateCart{id, {}, Currency{}, now + 24h}, now).value();
}

Cart with(const Cart& cart, const CartCommand& command) {
    return decide(cart, command, now).value();
}

ErrorCode refusal(const Cart& cart, const CartCommand& command, TimePoint at = now) {
    return decide(cart, command, at).error().code;
}

AddCartItem add(std::uint64_t number, std::int64_t quantity, std::int64_t available = 100) {
    return {item(number), offer(number), quantity, available, {}};
}

}  // namespace

TEST_CASE("a cart that was never made is not found", "[domain][cart]") {
    CHECK(refusal(Cart{}, add(1, 1)) == ErrorCode::not_found);
    CHECK(refusal(Cart{}, ClearCart{}) == ErrorCode::not_found);
    CHECK(refusal(empty_cart(), CreateCart{}) == ErrorCode::conflict);
}

TEST_CASE("adding a variant that is there already adds to its line", "[domain][cart]") {
    const auto cart = with(with(empty_cart(), add(1, 2)), add(1, 1));
    REQUIRE(cart.items.size() == 1);
    CHECK(cart.items.front().quantity == 3);
    CHECK(cart.totals.subtotal == 8'850);
    CHECK(cart.version == 3);
}

TEST_CASE("a line never exceeds what is available or what a line may hold", "[domain][cart]") {
    const auto cart = with(empty_cart(), add(1, 2));
    CHECK(refusal(cart, add(1, 1, 2)) == ErrorCode::insufficient_stock);
    CHECK(refusal(cart, add(1, max_line_quantity, 1'000'000)) == ErrorCode::unprocessable);
    CHECK(refusal(cart, add(2, max_line_quantity + 1, 1'000'000)) == ErrorCode::unprocessable);
    CHECK(refusal(cart, add(2, 0)) == ErrorCode::unprocessable);
    CHECK(refusal(cart, add(2, INT64_MAX)) == ErrorCode::unprocessable);
    CHECK(refusal(cart, UpdateCartItem{item(1), 3, 2, {}}) == ErrorCode::insufficient_stock);
    CHECK(refusal(cart, UpdateCartItem{item(1), 0, 2, {}}) == ErrorCode::unprocessable);
}

TEST_CASE("a cart holds a bounded number of lines", "[domain][cart]") {
    auto cart = empty_cart();
    for (std::uint64_t i = 1; i <= max_cart_lines; ++i) cart = with(cart, add(i, 1));
    CHECK(refusal(cart, add(max_cart_lines + 1, 1)) == ErrorCode::unprocessable);
    CHECK(decide(cart, add(1, 1), now).has_value());
}

TEST_CASE("a variant priced in another currency does not go in", "[domain][cart]") {
    auto wish = add(1, 1);
    wish.offer.currency = parse_currency("JOD").value();
    CHECK(refusal(empty_cart(), wish) == ErrorCode::unprocessable);
}

TEST_CASE("an item that is not there cannot be changed or removed", "[domain][cart]") {
    const auto cart = with(empty_cart(), add(1, 2));
    CHECK(refusal(cart, UpdateCartItem{item(2), 1, 10, {}}) == ErrorCode::not_found);
    CHECK(refusal(cart, RemoveCartItem{item(2), {}}) == ErrorCode::not_found);
    CHECK(with(cart, RemoveCartItem{item(1), {}}).items.empty());
}

TEST_CASE("what changes nothing keeps the version", "[domain][cart]") {
    const auto cart = with(empty_cart(), add(1, 2));
    CHECK(with(cart, UpdateCartItem{item(1), 2, 10, {}}).version == cart.version);
    CHECK(with(empty_cart(), ClearCart{}).version == empty_cart().version);
}

TEST_CASE("a stale version, an expired cart and an ordered cart refuse every change",
          "[domain][cart]") {
    auto cart = with(empty_cart(), add(1, 2));
    auto stale = add(1, 1);
    stale.expected_version = cart.version - 1;
    CHECK(refusal(cart, stale) == ErrorCode::precondition_failed);
    CHECK(refusal(cart, ClearCart{cart.version - 1}) == ErrorCode::precondition_failed);
    CHECK(refusal(cart, add(1, 1), now + 24h) == ErrorCode::gone);
    cart.status = CartStatus::ordered;
    CHECK(refusal(cart, add(1, 1)) == ErrorCode::conflict);
    CHECK(refusal(cart, ClearCart{}) == ErrorCode::conflict);
    CHECK(refusal(cart, RemoveCartItem{item(1), {}}) == ErrorCode::conflict);
}

TEST_CASE("001's sample cart comes to its subtotal, tax and shipping", "[domain][cart]") {
    auto cart = with(empty_cart(), add(1, 2));
    cart = with(cart, EstimateShipping{
                          {"JO", "", "Amman", ""}, {800, false}, {.id = "standard", .rate = 500}});
    CHECK(cart.totals == Totals{5'900, 0, 472, 500, 6'872});
    CHECK(with(cart, ClearCart{}).totals.total == 0);
}

TEST_CASE("shipping grows with the number of vendors", "[domain][cart]") {
    auto cart = with(empty_cart(), add(1, 1));
    cart = with(cart, EstimateShipping{{"JO", "", "", ""}, {}, {.id = "standard", .rate = 500}});
    CHECK(cart.totals.shipping == 500);
    cart = with(cart, AddCartItem{item(2), offer(2, 100, 2), 1, 10, {}});
    CHECK(cart.totals.shipping == 1'000);
}

TEST_CASE("an inclusive tax is shown but not added", "[domain][cart]") {
    auto cart = with(empty_cart(), AddCartItem{item(1), offer(1, 11'900), 1, 10, {}});
    cart = with(cart, EstimateShipping{{"DE", "", "", ""}, {1'900, true}, {.id = "s", .rate = 0}});
    CHECK(cart.totals.tax == 1'900);
    CHECK(cart.totals.total == 11'900);
}

TEST_CASE("a cart whose sum would be too large refuses the line", "[domain][cart]") {
    auto cart = empty_cart();
    cart = with(cart, AddCartItem{item(1), offer(1, max_amount), 1, 10, {}});
    CHECK(refusal(cart, AddCartItem{item(2), offer(2, max_amount), 1, 10, {}}) ==
          ErrorCode::unprocessable);
}
