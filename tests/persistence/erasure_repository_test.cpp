// An order whose buyer is erased, as its actor's change writes it, and what finds a person's rows.

#include "persistence/erasure_repository.hpp"

#include <algorithm>

#include "persistence/discount_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/user_repository.hpp"
#include "tests/persistence/paying_shop.hpp"
#include "tests/support/here.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> private_words{"Zaynab",   "Quondam", "zaynab@example.com",
                                             "+9627911", "Alley",   "House 7",
                                             "aunt",     "moves",   "pm_card_visa"};

Address home() {
    return {.first_name = "Zaynab",
            .last_name = "Quondam",
            .email = "zaynab@example.com",
            .phone = "+9627911",
            .country = "JO",
            .city = "Amman",
            .governorate = "Balqa",
            .street = "Alley",
            .building = "House 7"};
}

/// Bought with a code, paid, cancelled by the buyer, given back.
Order told_of_somebody(std::uint64_t number, UserId user) {
    auto order = paid_order(number);
    order.user_id = user;
    order.customer_id = id<CustomerId>(9);
    order.shipping_address = order.billing_address = home();
    order.notes = "for the aunt";
    order.status = OrderStatus::cancelled;
    order.payment->state = PaymentState::refunded;
    order.payment->refunded = order.payment->captured;
    order.payment->attempts[0].method = "pm_card_visa";
    order.payment->refunds = {{.id = id<RefundId>(number),
                               .amount = order.totals.total,
                               .reason = "Zaynab asked",
                               .actor = "guest",
                               .state = RefundState::done,
                               .intent = order.payment->intent,
                               .settled_as = 1,
                               .requested_at = paying_time}};
    order.history = {
        {OrderStatus::pending, PaymentStatus::pending, "guest", "", paying_time},
        {OrderStatus::cancelled, PaymentStatus::paid, "guest", "Zaynab moves", paying_time},
        {OrderStatus::cancelled, PaymentStatus::refunded, "gateway", "refunded", paying_time}};
    order.discount = AppliedDiscount{id<DiscountId>(1), "ONCE", {DiscountType::percentage, 100}};
    return order;
}

std::string dump_of(PayingShop& shop) {
    std::string text;
    for (const auto* table : {"orders", "order_history", "order_items", "payments",
                              "payment_attempts", "refunds", "discount_uses", "outbox"}) {
        const auto rows = query_once(
            shop.db,
            std::string{"SELECT coalesce(string_agg(t::text, '|'), '') FROM "} + table + " t",
            Parameters{});
        REQUIRE(rows);
        text += rows->front().text(0);
    }
    return text;
}

Order read(PayingShop& shop, OrderId order) {
    auto found = find_orders(shop.db, here<OrderId>({order}));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    return found->front().second;
}

}  // namespace

TEST_CASE("the rows of an anonymous order tell of nobody and agree with memory",
          "[persistence][erasure]") {
    PayingShop shop;
    const auto amal = id<UserId>(3);
    Discount code;
    code.id = id<DiscountId>(1);
    code.code = "ONCE";
    code.terms = {DiscountType::percentage, 100};
    REQUIRE(*insert_discount(shop.db, default_tenant, code, paying_time));
    const auto order = told_of_somebody(1, amal);
    const auto other = told_of_somebody(2, id<UserId>(4));
    auto used = new_order(order);
    used.discounts.push_back({.id = code.id});
    used.discounts[0].used = DiscountUse{order.id, {"zaynab@example.com"}, {}};
    shop.commit({used, new_order(other)});
    const auto before = dump_of(shop);
    for (const auto& word : private_words) CHECK(says(before, word));

    const auto decided = decide(order, OrderCommand{AnonymiseOrder{"system"}}, paying_time + 1s);
    REQUIRE(decided);
    const auto& next = decided->next;
    shop.commit({{.order = {std::make_shared<Order>(order), std::make_shared<Order>(next)}}});

    const auto kept = read(shop, order.id);
    CHECK(is_anonymous(kept));
    CHECK(kept.version == 2);
    CHECK(kept.user_id == amal);
    CHECK_FALSE(kept.customer_id);
    CHECK(kept.totals == order.totals);
    CHECK(kept.payment == next.payment);
    CHECK(kept.history.size() == next.history.size());
    for (std::size_t i = 0; i < kept.history.size(); ++i)
        CHECK(kept.history[i].reason == next.history[i].reason);
    CHECK(shop.number("SELECT count(*) FROM orders WHERE customer_email = ''") == 1);
    CHECK(shop.number("SELECT used FROM discount_codes") == 1);
    CHECK(shop.number("SELECT cardinality(buyer_keys::text[]) FROM discount_uses") == 0);

    CHECK(read(shop, other.id).shipping_address == home());
    REQUIRE(shop.db.run_script("DELETE FROM orders WHERE number = '" + other.number + "'"));
    for (const auto* table : {"order_history", "payments", "payment_attempts", "refunds"})
        REQUIRE(shop.db.run_script(std::string{"DELETE FROM "} + table + " WHERE order_id = '" +
                                   to_hex(other.id.uuid) + "'"));
    const auto after = dump_of(shop);
    for (const auto& word : private_words) {
        INFO(word);
        CHECK_FALSE(says(after, word));
    }
}

TEST_CASE("an order that somebody else has changed is not anonymised", "[persistence][erasure]") {
    PayingShop shop;
    const auto order = told_of_somebody(1, id<UserId>(3));
    shop.commit({new_order(order)});
    auto stale = order;
    stale.version = 7;
    const auto next = decide(stale, OrderCommand{AnonymiseOrder{"system"}}, paying_time)->next;
    CHECK(says(
        shop.refusal({{.order = {std::make_shared<Order>(stale), std::make_shared<Order>(next)}}}),
        "orders touched 0 rows"));
    CHECK(read(shop, order.id).shipping_address == home());
}

TEST_CASE("orders of a person are found page by page, and those under way by their state",
          "[persistence][erasure]") {
    PayingShop shop;
    const auto amal = id<UserId>(3);
    auto refunding = told_of_somebody(2, amal);
    refunding.payment->refunds[0].state = RefundState::under_way;
    auto confirmed = paid_order(3);
    confirmed.user_id = amal;
    auto others = paid_order(4);
    others.user_id = id<UserId>(4);
    shop.commit({new_order(told_of_somebody(1, amal)), new_order(refunding), new_order(confirmed),
                 new_order(others)});
    const auto open = find_open_orders_of(shop.db, default_tenant, amal, 10);
    REQUIRE(open);
    REQUIRE(open->size() == 2);
    CHECK(open->at(0).id == id<OrderId>(2));
    CHECK(open->at(1).number == confirmed.number);
    const auto first = find_orders_of_user(shop.db, default_tenant, amal, {}, 2);
    REQUIRE(first);
    CHECK(*first == std::vector{id<OrderId>(1), id<OrderId>(2)});
    CHECK(*find_orders_of_user(shop.db, default_tenant, amal, first->back().uuid, 2) ==
          std::vector{id<OrderId>(3)});
}

TEST_CASE("an erasure is begun once and remembers how far it is", "[persistence][erasure]") {
    TestDatabase database;
    auto db = database.connect();
    Erasure erasure{.user = id<UserId>(3), .requested_at = paying_time};
    erasure.due_at = paying_time;
    REQUIRE(insert_erasure(db, erasure));
    erasure.due_at = paying_time + 1h;
    REQUIRE(insert_erasure(db, erasure));
    auto due = lock_due_erasure(db, paying_time).value();
    REQUIRE(due);
    CHECK(due->step == ErasureStep::carts);
    due->step = ErasureStep::orders;
    due->cursor = id<OrderId>(7).uuid;
    due->tries = 3;
    due->failure = "not now";
    due->due_at = paying_time + 1min;
    REQUIRE(save_erasure(db, *due));
    CHECK_FALSE(lock_due_erasure(db, paying_time).value());
    const auto shown = find_erasures(db, 10);
    REQUIRE(shown);
    REQUIRE(shown->size() == 1);
    CHECK(shown->front().cursor == due->cursor);
    CHECK(shown->front().tries == 3);
    CHECK(shown->front().failure == "not now");
    REQUIRE(finish_erasure(db, due->user, paying_time + 1h));
    CHECK(*count_erasures(db) == 0);
    CHECK_FALSE(lock_due_erasure(db, paying_time + 2h).value());
}

TEST_CASE("keys that were made with somebody's keys are revoked with them, whatever came between",
          "[persistence][erasure]") {
    TestDatabase database;
    auto db = database.connect();
    const auto add = [&](std::uint64_t number, const std::string& maker, bool is_revoked) {
        const auto key = id<ApiKeyId>(number);
        REQUIRE(query(db, R"(
            INSERT INTO api_keys (id, tenant_id, name, secret_hash, scopes, made_by, created_at,
                                  revoked_at)
            VALUES ($1, $2, '', sha256($3::text::bytea), '{}', $4, now(),
                    CASE WHEN $5::boolean THEN now() END))",
                      key, default_tenant, to_text(key), maker, is_revoked));
        return key;
    };
    const auto user = id<UserId>(3);
    const auto first = add(1, to_text(user), false);
    const auto second = add(2, to_text(first), true);
    const auto third = add(3, to_text(second), false);
    add(4, to_text(id<UserId>(4)), false);
    const auto revoked = revoke_keys_made_by(db, default_tenant, user, paying_time).value();
    CHECK(revoked.size() == 2);
    CHECK(std::ranges::count(revoked, first) == 1);
    CHECK(std::ranges::count(revoked, third) == 1);
}
