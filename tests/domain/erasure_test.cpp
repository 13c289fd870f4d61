#include "domain/erasure.hpp"

#include "tests/domain/paid_order.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const AnonymiseOrder anonymise{"system"};

Address somewhere() {
    return {.first_name = "Amal",
            .last_name = "Khalil",
            .email = "amal@example.com",
            .phone = "+962791234567",
            .country = "JO",
            .city = "Amman",
            .governorate = "Balqa",
            .postal_code = "11118",
            .street = "Queen Rania Street",
            .building = "15",
            .apartment = "3A",
            .instructions = "Ring twice"};
}

/// Bought by somebody, paid, cancelled by them and given back.
Order told_of_somebody() {
    auto order = placed();
    order.customer_id = CustomerId{uuid_v7(now, 8, 1)};
    order.shipping_address = order.billing_address = somewhere();
    order.notes = "for Amal";
    order.tracking_number = "1Z999";
    order.status = OrderStatus::cancelled;
    order.payment_status = PaymentStatus::refunded;
    order.history.push_back(
        {OrderStatus::cancelled, PaymentStatus::paid, "guest", "Amal moves to Irbid", now});
    order.history.push_back(
        {OrderStatus::cancelled, PaymentStatus::refunded, "gateway", "declined", now});
    order.discount = AppliedDiscount{DiscountId{uuid_v7(now, 9, 1)}, "SAVE20", {}};
    auto& payment = order.payment.emplace();
    payment.state = PaymentState::refunded;
    payment.method = "pm_card_visa";
    payment.intent = "pi_1";
    payment.client_secret = "pi_1_secret";
    payment.last_error = "the card of Amal Khalil";
    payment.captured = payment.refunded = 6'372;
    payment.attempts = {
        {.number = 1, .state = AttemptState::done, .method = "pm_card_visa", .reason = "Amal"}};
    payment.refunds = {{.amount = 6'372, .reason = "Amal asked", .state = RefundState::done}};
    return order;
}

User somebody(Role role = Role::customer) {
    User user;
    user.id = UserId{uuid_v7(now, 3, 1)};
    user.email = "amal@example.com";
    user.first_name = "Amal";
    user.last_name = "Khalil";
    user.phone = "+962791234567";
    user.role = role;
    user.state = AccountState::active;
    user.version = 4;
    return user;
}

}  // namespace

TEST_CASE("an anonymous order keeps its books and tells of nobody", "[domain][erasure]") {
    const auto order = told_of_somebody();
    CHECK_FALSE(is_anonymous(order));
    const auto change = after(order, anonymise);
    const auto& next = change.next;
    CHECK(is_anonymous(next));
    CHECK(next.version == order.version + 1);
    CHECK(next.shipping_address == Address{.country = "JO", .governorate = "Balqa"});
    CHECK(next.billing_address == next.shipping_address);
    CHECK(next.notes.empty());
    CHECK(next.tracking_number.empty());
    CHECK_FALSE(next.customer_id);
    CHECK(next.totals == order.totals);
    CHECK(next.items.size() == order.items.size());
    CHECK(next.status == order.status);
    CHECK(change.stock == StockEffect::none);
    CHECK(change.calls.empty());
    CHECK(change.entries.empty());
    SECTION("of its payment the amounts and the gateway's references stay") {
        CHECK(next.payment->captured == 6'372);
        CHECK(next.payment->intent == "pi_1");
        CHECK(next.payment->method.empty());
        CHECK(next.payment->client_secret.empty());
        CHECK(next.payment->last_error.empty());
        CHECK(next.payment->attempts[0].method.empty());
        CHECK(next.payment->attempts[0].reason.empty());
        CHECK(next.payment->refunds[0].amount == 6'372);
        CHECK(next.payment->refunds[0].reason.empty());
    }
    SECTION("of its history what people wrote goes, what the server wrote stays") {
        REQUIRE(next.history.size() == 4);
        CHECK(next.history[0].reason.empty());
        CHECK(next.history[1].reason.empty());
        CHECK(next.history[1].actor == "guest");
        CHECK(next.history[2].reason == "declined");
        CHECK(next.history[3].reason == "the buyer was erased");
    }
    SECTION("its discount code forgets for whom it was used") { CHECK(change.forget_buyer); }
    SECTION("a repeat changes nothing") {
        CHECK(after(next, anonymise).next.version == next.version);
    }
}

TEST_CASE("an order that is under way keeps its buyer", "[domain][erasure]") {
    using enum OrderStatus;
    for (const auto status : {pending, confirmed, processing, shipped}) {
        auto order = told_of_somebody();
        order.status = status;
        CHECK(refusal(order, anonymise) == ErrorCode::conflict);
    }
    for (const auto status : {delivered, cancelled, returned}) {
        auto order = told_of_somebody();
        order.status = status;
        CHECK(is_over(order));
    }
    auto order = told_of_somebody();
    SECTION("while money is on its way") {
        order.payment->refunds[0].state = RefundState::under_way;
    }
    SECTION("while a step is open") { order.payment->attempts[0].state = AttemptState::open; }
    SECTION("while money is held") { order.payment->state = PaymentState::authorized; }
    CHECK(refusal(order, anonymise) == ErrorCode::conflict);
}

TEST_CASE("a cart that is left forgets where it was to go", "[domain][erasure]") {
    Cart cart;
    cart.version = 3;
    cart.customer_id = CustomerId{uuid_v7(now, 8, 1)};
    cart.destination = Destination{"JO", "", "Amman", "11118"};
    cart.items = {{.quantity = 2, .total_price = 500}};
    cart.totals = {.subtotal = 500, .total = 500};
    SECTION("and is empty, even when it has expired") {
        cart.expires_at = now - 1h;
        const auto left = decide(cart, CartCommand{LeaveCart{}}, now).value();
        CHECK(left.version == 4);
        CHECK(left.items.empty());
        CHECK(left.totals == Totals{});
        CHECK_FALSE(left.destination);
        CHECK_FALSE(left.customer_id);
        CHECK(decide(left, CartCommand{LeaveCart{}}, now)->version == 4);
    }
    SECTION("but keeps what was ordered") {
        cart.status = CartStatus::ordered;
        const auto left = decide(cart, CartCommand{LeaveCart{}}, now).value();
        CHECK(left.items.size() == 1);
        CHECK(left.totals == cart.totals);
        CHECK_FALSE(left.destination);
    }
}

TEST_CASE("an erased account is an id that stands for nobody", "[domain][erasure]") {
    const auto user = somebody();
    const auto erased = erase_account(user, 0, now).value();
    CHECK(erased.state == AccountState::erased);
    CHECK(erased.id == user.id);
    CHECK(erased.email == to_text(user.id) + "@erased.invalid");
    CHECK(normalised_email(erased.email) == erased.email);
    CHECK(erased.first_name.empty());
    CHECK(erased.last_name.empty());
    CHECK(erased.phone.empty());
    CHECK(erased.version == 5);
    CHECK(erase_account(erased, 0, now + 1h).value() == erased);
    CHECK_FALSE(may_log_in(erased.state));
    for (const auto move : {AccountMove::verify, AccountMove::reinstate, AccountMove::close,
                            AccountMove::suspend, AccountMove::ban})
        CHECK(souk::after(erased.state, move).error().code == ErrorCode::conflict);
}

TEST_CASE("who may erase whom", "[domain][erasure]") {
    const Manager admin{UserId{uuid_v7(now, 3, 9)}, Role::admin};
    const Manager boss{UserId{uuid_v7(now, 3, 9)}, Role::super_admin};
    CHECK(erase_person(admin, somebody(), 0, now));
    CHECK(erase_person(admin, somebody(Role::admin), 0, now).error().code == ErrorCode::forbidden);
    CHECK(erase_person(boss, somebody(Role::admin), 0, now));
    CHECK(erase_account(somebody(Role::super_admin), 0, now).error().code == ErrorCode::conflict);
    CHECK(erase_account(somebody(Role::super_admin), 1, now));
}

TEST_CASE("a log-in is fresh for a quarter of an hour", "[domain][erasure]") {
    Session session;
    session.created_at = now;
    CHECK(is_fresh(session, now + 14min));
    CHECK_FALSE(is_fresh(session, now + 15min));
}

TEST_CASE("a use whose buyer is forgotten counts on", "[domain][erasure]") {
    Discount discount;
    discount.version = 1;
    const OrderId order{uuid_v7(now, 0, 1)};
    apply(discount, {.used = DiscountUse{order, {"cust_1", "amal@example.com"}, {}}});
    apply(discount, {.used = DiscountUse{OrderId{uuid_v7(now, 0, 2)}, {"amal@example.com"}, {}}});
    const auto change = decide(discount, DiscountCommand{ForgetBuyer{order}}, now).value();
    CHECK_FALSE(change.writes());
    apply(discount, change);
    CHECK(discount.used == 2);
    CHECK(discount.uses.at(order).buyer_keys.empty());
    CHECK_FALSE(discount.used_by.contains("cust_1"));
    CHECK(discount.used_by.at("amal@example.com") == 1);
    apply(discount, decide(discount, DiscountCommand{ForgetBuyer{order}}, now).value());
    CHECK(discount.used_by.at("amal@example.com") == 1);
}

TEST_CASE("an erasure's steps end", "[domain][erasure]") {
    using enum ErasureStep;
    CHECK(souk::after(carts) == orders);
    CHECK(souk::after(orders) == audit);
    CHECK(souk::after(audit) == done);
    CHECK(souk::after(done) == done);
}
