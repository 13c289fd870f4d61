#include "app/order_mail_texts.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

Order an_order() {
    Order order;
    order.number = "SOUK-2026-000042";
    order.status = OrderStatus::confirmed;
    order.currency = *parse_currency("JOD");
    order.totals = {2'500, 500, 320, 1'000, 3'320};
    OrderItem item;
    item.quantity = 2;
    item.offer.product_name = "Tea & <b>biscuits</b>";
    item.offer.variant_name = "Large";
    item.total_price = 2'500;
    order.items = {item};
    order.shipping_address.first_name = "Amal";
    order.shipping_address.last_name = "Khalil";
    order.shipping_address.city = "Amman";
    order.history = {{OrderStatus::pending, PaymentStatus::pending, "guest", "", {}},
                     {OrderStatus::confirmed, PaymentStatus::pending, "guest", "", {}}};
    return order;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a confirmation says what was bought, what it comes to and where it goes",
          "[app][order_mail]") {
    const auto mail = order_mail(MailKind::order_confirmed, "amal@example.com", an_order());
    REQUIRE(mail);
    CHECK(mail->to == "amal@example.com");
    CHECK(contains(mail->subject, "SOUK-2026-000042"));
    CHECK(contains(mail->text, "2 × Tea & <b>biscuits</b>, Large: JOD 2.500\n"));
    CHECK(contains(mail->text, "Discount: JOD -0.500\nTax: JOD 0.320\nShipping: JOD 1.000\n"));
    CHECK(contains(mail->text, "Total: JOD 3.320\n\nYou pay on delivery."));
    CHECK(contains(mail->text, "Amal Khalil\nAmman\n"));
    CHECK(contains(mail->html, "2 × Tea &amp; &lt;b&gt;biscuits&lt;/b&gt;, Large"));
    CHECK_FALSE(contains(mail->html, "<b>"));
    CHECK(contains(mail->html, "JOD 3.320"));
}

TEST_CASE("an order that is cancelled since is not confirmed any more", "[app][order_mail]") {
    auto order = an_order();
    order.status = OrderStatus::cancelled;
    CHECK_FALSE(order_mail(MailKind::order_confirmed, "amal@example.com", order));
    const auto mail = order_mail(MailKind::order_cancelled, "amal@example.com", order);
    REQUIRE(mail);
    CHECK(contains(mail->subject, "is cancelled"));
    CHECK_FALSE(contains(mail->text, "on its way back"));
}

TEST_CASE("that an order has run out which nobody confirmed or paid is no news",
          "[app][order_mail]") {
    auto order = an_order();
    order.status = OrderStatus::cancelled;
    order.history.pop_back();
    CHECK_FALSE(order_mail(MailKind::order_cancelled, "amal@example.com", order));
    order.payment.emplace().captured = 3'320;
    const auto mail = order_mail(MailKind::order_cancelled, "amal@example.com", order);
    REQUIRE(mail);
    CHECK(contains(mail->text, "on its way back"));
}

TEST_CASE("a refund says how much of it has left", "[app][order_mail]") {
    auto order = an_order();
    CHECK_FALSE(order_mail(MailKind::order_refunded, "amal@example.com", order));
    order.payment.emplace().captured = 3'320;
    CHECK_FALSE(order_mail(MailKind::order_refunded, "amal@example.com", order));
    order.payment->refunded = 1'000;
    const auto mail = order_mail(MailKind::order_refunded, "amal@example.com", order);
    REQUIRE(mail);
    CHECK(contains(mail->text, "JOD 1.000 of JOD 3.320"));
}
