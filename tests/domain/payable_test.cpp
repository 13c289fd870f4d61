// Amounts that a gateway cannot be told exactly, refused before anything depends on them.

#include "domain/checkout.hpp"
#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

Cart cart_in(std::string_view currency, Amount price) {
    Cart cart;
    cart.id = CartId{uuid_v7(now, 3, 1)};
    cart.currency = *parse_currency(currency);
    CartItem item;
    item.offer.variant_id = VariantId{uuid_v7(now, 6, 1)};
    item.offer.unit_price = item.total_price = price;
    item.quantity = 1;
    cart.items = {item};
    cart.expires_at = now + 1h;
    cart.version = 2;
    return cart;
}

PlaceOrder by(PaymentMethod method, std::string_view currency) {
    PlaceOrder command;
    command.shipping_address.country = "JO";
    command.shipping_method = "standard";
    command.payment_method = method;
    const ShippingMethod standard{
        .id = "standard", .max_days = 5, .currency = std::string{currency}, .rate = 0};
    command.tables =
        std::make_shared<const PriceTables>(PriceTables{{{"JO", "Jordan", {standard}}}, {}});
    return command;
}

}  // namespace

TEST_CASE("an order is not placed by a gateway that cannot take its total", "[domain][payment]") {
    const auto stripe = by(PaymentMethod::stripe, "JOD");
    const auto refused = draft_order(cart_in("JOD", 5'123), stripe, now);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unprocessable);
    CHECK(refused.error().details.front().field == "paymentMethod");
    CHECK(draft_order(cart_in("JOD", 5'120), stripe, now));
    CHECK(draft_order(cart_in("JOD", 0), stripe, now));
    CHECK(draft_order(cart_in("JOD", 5'123), by(PaymentMethod::cash_on_delivery, "JOD"), now));
    CHECK(draft_order(cart_in("JOD", 5'123), by(PaymentMethod::sandbox, "JOD"), now));
    CHECK(draft_order(cart_in("USD", 5'123), by(PaymentMethod::stripe, "USD"), now));
}

TEST_CASE("a refund that the gateway cannot be told exactly is refused, and puts nothing back",
          "[domain][payment]") {
    auto order = placed(6'370);
    order.currency = *parse_currency("JOD");
    order = after(order, pay_with("pm_card_visa")).next;
    order = after(order, answer(1, Step::authorize, Status::authorized)).next;
    order = after(order, answer(2, Step::capture, Status::captured)).next;
    auto part = refund(1, 1'005);
    part.restock = {{item_id(1), 1}};
    CHECK(refusal(order, part) == ErrorCode::unprocessable);
    part.amount = 1'010;
    CHECK(only_call(after(order, part)).amount == 1'010);
    CHECK(only_call(after(order, refund(2, {}))).amount == 6'370);
}
