// Events that are about another gateway's money, or about an order that never was to be charged.

#include "tests/domain/paid_order.hpp"

using namespace souk;

TEST_CASE("an event of another gateway or in another currency is not the order's",
          "[domain][payment]") {
    auto news = webhook(Status::captured);
    news.gateway = PaymentMethod::sandbox;
    CHECK(refusal(capturing(), news) == ErrorCode::unprocessable);
    CHECK(refusal(placed(), news) == ErrorCode::unprocessable);
    news.gateway = PaymentMethod::stripe;
    news.currency = *parse_currency("JPY");
    CHECK(refusal(capturing(), news) == ErrorCode::unprocessable);
    news.currency = *parse_currency("USD");
    CHECK(after(capturing(), news).next.payment->captured == 6'372);
}

TEST_CASE("money taken for an order that nobody began to pay is given back by its gateway",
          "[domain][payment]") {
    CHECK(refusal(placed(), webhook(Status::authorized)) == ErrorCode::not_found);
    CHECK(refusal(placed(), webhook(Status::captured, "")) == ErrorCode::not_found);
    const auto change = after(placed(), webhook(Status::captured, "pi_9", 6'372));
    CHECK(only_call(change).step == Step::refund);
    CHECK(only_call(change).intent == "pi_9");
    CHECK(only_call(change).amount == 6'372);
    CHECK(change.next.status == OrderStatus::pending);
    CHECK(change.next.payment->gateway == PaymentMethod::stripe);
    CHECK(change.next.payment->strays.front().captured == 6'372);
    REQUIRE(change.entries.size() == 1);
    CHECK(sums_to_zero(change.entries.front()));
    const auto paid_after = after(change.next, pay_with("pm_card_visa"));
    CHECK(only_call(paid_after).step == Step::authorize);
}
