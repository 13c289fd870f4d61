// Which ways to pay may be tried, and what becomes of those that fail.

#include "tests/domain/paid_order.hpp"

using namespace souk;

namespace {

Order refused_token(Order order) {
    order = after(order, pay_with("pm_of_nobody")).next;
    const auto number = static_cast<std::int64_t>(order.payment->attempts.size());
    auto report = answer(number, Step::authorize, Status::declined, "");
    report.answer.reason = invalid_payment_method;
    return after(order, report).next;
}

}  // namespace

TEST_CASE("a token that the gateway does not know is bad input, and no way that was tried",
          "[domain][payment]") {
    auto order = refused_token(placed());
    CHECK(payment_error(*order.payment)->code == ErrorCode::invalid_input);
    CHECK(payment_error(*order.payment)->details.front().field == "paymentMethodId");
    CHECK(order.payment_status == PaymentStatus::failed);
    for (std::int64_t i = 1; i < policy.max_ways + 2; ++i) order = refused_token(order);
    CHECK(only_call(after(order, pay_with("pm_card_visa"))).step == Step::authorize);
    while (std::ssize(order.payment->attempts) < policy.max_invalid) order = refused_token(order);
    CHECK(refusal(order, pay_with("pm_card_visa")) == ErrorCode::conflict);
}
