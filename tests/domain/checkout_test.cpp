#include "domain/checkout.hpp"

#include <numeric>
#include <random>

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};

CartItem line(std::uint64_t number, std::uint64_t seller, Amount price, std::int64_t quantity) {
    CartItem item;
    item.offer.variant_id = VariantId{uuid_v7(now, 1, number)};
    item.offer.seller_id = VendorId{uuid_v7(now, 2, seller)};
    item.offer.unit_price = price;
    item.quantity = quantity;
    item.total_price = price * quantity;
    return item;
}

Cart cart_of(std::vector<CartItem> items) {
    Cart cart;
    cart.id = CartId{uuid_v7(now, 3, 1)};
    cart.items = std::move(items);
    cart.expires_at = now + 1h;
    cart.version = 2;
    return cart;
}

PlaceOrder wish(std::int64_t tax_basis_points = 800, bool inclusive = false) {
    PlaceOrder command;
    command.order_id = OrderId{uuid_v7(now, 4, 1)};
    command.shipping_address.country = "JO";
    command.shipping_address.city = "Amman";
    command.shipping_method = "standard";
    command.reservation_time = 15min;
    const ShippingMethod standard{.id = "standard", .max_days = 5, .currency = "USD", .rate = 500};
    command.tables = std::make_shared<const PriceTables>(PriceTables{
        {{"JO", "Jordan", {standard}}}, {{"JO", "", "GST", {tax_basis_points, inclusive}}}});
    return command;
}

ErrorCode refusal(const Cart& cart, const PlaceOrder& command, TimePoint at = now) {
    return draft_order(cart, command, at).error().code;
}

}  // namespace

TEST_CASE("an order is what the cart holds, taxed and shipped to its address",
          "[domain][checkout]") {
    const auto order = draft_order(cart_of({line(1, 1, 2'950, 2)}), wish(), now).value();
    CHECK(order.totals == Totals{5'900, 0, 472, 500, 6'872});
    CHECK(order.reserved_until == now + 15min);
    CHECK(order.estimated_delivery == to_date(now + std::chrono::days{5}));
    CHECK(order.history.size() == 1);
    CHECK(order.version == 1);
}

TEST_CASE("lines and vendors' parts add up to the order, to the minor unit", "[domain][checkout]") {
    std::mt19937_64 random{1};
    for (int round = 0; round < 500; ++round) {
        std::vector<CartItem> items;
        for (std::uint64_t i = 0; i <= random() % 12; ++i)
            items.push_back(line(i, random() % 4, static_cast<Amount>(random() % 100'000),
                                 1 + static_cast<std::int64_t>(random() % 9)));
        auto cart = cart_of(std::move(items));
        cart.totals.discount = static_cast<Amount>(random() % 5'000);
        const auto inclusive = random() % 2 == 0;
        const auto order =
            draft_order(cart, wish(static_cast<std::int64_t>(random() % 3'000), inclusive), now)
                .value();
        Totals lines;
        for (const auto& item : order.items) {
            lines.subtotal += item.total_price;
            lines.discount += item.discount;
            lines.tax += item.tax;
        }
        REQUIRE(lines.subtotal == order.totals.subtotal);
        REQUIRE(lines.discount == order.totals.discount);
        REQUIRE(lines.tax == order.totals.tax);
        Totals parts;
        for (const auto& part : order.vendor_orders) {
            parts.subtotal += part.totals.subtotal;
            parts.discount += part.totals.discount;
            parts.tax += part.totals.tax;
            parts.shipping += part.totals.shipping;
            parts.total += part.totals.total;
        }
        REQUIRE(parts == order.totals);
        REQUIRE(order.totals.total == order.totals.subtotal - order.totals.discount +
                                          (inclusive ? 0 : order.totals.tax) +
                                          order.totals.shipping);
    }
}

TEST_CASE("a cart that cannot be ordered says why", "[domain][checkout]") {
    const auto cart = cart_of({line(1, 1, 100, 1)});
    CHECK(refusal(Cart{}, wish()) == ErrorCode::not_found);
    CHECK(refusal(cart_of({}), wish()) == ErrorCode::invalid_input);
    CHECK(refusal(cart, wish(), now + 1h) == ErrorCode::gone);
    CHECK(refusal(ordered(cart, wish(), now), wish()) == ErrorCode::conflict);
    auto elsewhere = wish();
    elsewhere.shipping_address.country = "BR";
    CHECK(refusal(cart, elsewhere) == ErrorCode::unprocessable);
    auto by_drone = wish();
    by_drone.shipping_method = "drone";
    CHECK(refusal(cart, by_drone) == ErrorCode::unprocessable);
}

TEST_CASE("an expected total that no longer holds is a conflict with the new one",
          "[domain][checkout]") {
    const auto cart = cart_of({line(1, 1, 2'950, 2)});
    auto command = wish();
    command.expected_total = 6'872;
    CHECK(draft_order(cart, command, now).has_value());
    command.expected_total = 6'000;
    const auto refused = draft_order(cart, command, now);
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(refused.error().message == "the total is now 6872");
}

TEST_CASE("an ordered cart remembers its order and who asked for it", "[domain][checkout]") {
    const auto cart = cart_of({line(1, 1, 100, 1)});
    auto command = wish();
    command.fingerprint = "abc";
    const auto closed = ordered(cart, command, now);
    CHECK(closed.status == CartStatus::ordered);
    CHECK(closed.order_id == command.order_id);
    CHECK(closed.order_fingerprint == "abc");
    CHECK(closed.version == cart.version + 1);
}
