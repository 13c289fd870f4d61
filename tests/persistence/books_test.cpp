// The checks of the books: silent over what the rules write, and not over anything else.

#include "persistence/books.hpp"

#include "tests/persistence/paying_shop.hpp"

using namespace souk;

namespace {

Refund settled(const Order& order, std::string intent, Amount amount) {
    Refund refund{.id = {order.id.uuid}, .amount = amount};
    refund.state = RefundState::done;
    refund.intent = std::move(intent);
    refund.settled_as = 1;
    return refund;
}

/// A paid order, one that was half refunded, one with a stray charge on its way back, one paid in
/// cash and collected, one that is not paid yet.
void trade(PayingShop& shop) {
    auto paid = new_order(paid_order(1));
    paid.entries.push_back(capture_of(paid_order(1)));

    auto half = paid_order(2);
    half.payment->state = PaymentState::partially_refunded;
    half.payment_status = PaymentStatus::partially_refunded;
    half.payment->refunded = 550;
    half.payment->refunds = {settled(half, half.payment->intent, 550)};
    auto refunded = new_order(half);
    refunded.entries = {capture_of(half), refund_entry(half, "refund", {}, 550, paying_time)};

    auto twice = paid_order(3);
    twice.payment->strays = {{"pi_stray", 1'100, 0}};
    twice.payment->refunds = {{.id = {twice.id.uuid}, .amount = 1'100}};
    twice.payment->refunds[0].intent = "pi_stray";
    auto strayed = new_order(twice);
    strayed.entries = {capture_of(twice),
                       stray_capture_entry(twice, "stray", 1'100, 0, paying_time),
                       fee_entry(twice, "fee", 5, paying_time)};

    auto cash = placed_order(4);
    cash.payment_method = PaymentMethod::cash_on_delivery;
    cash.status = OrderStatus::delivered;
    cash.payment_status = PaymentStatus::paid;
    auto collected = new_order(cash);
    collected.entries = {capture_entry(cash, "cash", 0, paying_time)};

    shop.commit({paid, refunded, strayed, collected, new_order(being_paid(placed_order(5)))});
}

using Check = Result<std::vector<Difference>> (*)(Connection&);

/// The rule that is broken, once this was done to the rows.
std::string broken(PayingShop& shop, Check check, const char* sql) {
    REQUIRE(query(shop.db, "BEGIN"));
    const auto done = shop.db.run_script(sql);
    REQUIRE(done);
    const auto differences = check(shop.db);
    REQUIRE(query(shop.db, "ROLLBACK"));
    REQUIRE(differences);
    if (differences->empty()) return "none";
    const auto& first = differences->front();
    return first.subject + ": " + first.rule + ", " + std::to_string(first.expected) + " and " +
           std::to_string(first.found);
}

}  // namespace

TEST_CASE("books that were kept by the rules agree", "[persistence][books]") {
    PayingShop shop;
    trade(shop);
    for (const Check check :
         {find_capture_differences, find_ledger_differences, find_discount_differences}) {
        CHECK(check(shop.db)->empty());
    }
}

TEST_CASE("money that does not match its order is found", "[persistence][books]") {
    PayingShop shop;
    trade(shop);
    const auto breaks = [&](const char* sql) {
        return broken(shop, find_capture_differences, sql);
    };
    CHECK(breaks("UPDATE payments SET captured = 1099 WHERE intent = 'pi_SOUK-2026-1'") ==
          "SOUK-2026-1: money taken is posted, 1099 and 1100");
    CHECK(breaks("UPDATE orders SET total = 1000 WHERE number = 'SOUK-2026-1'") ==
          "SOUK-2026-1: what pays an order is its total, 1000 and 1100");
    CHECK(breaks("UPDATE orders SET status = 1 WHERE number = 'SOUK-2026-5'") ==
          "SOUK-2026-5: an order that is not paid in cash is confirmed by what pays it, 1100 and "
          "0");
    CHECK(breaks("DELETE FROM stray_charges; DELETE FROM refunds WHERE intent = 'pi_stray'") ==
          "SOUK-2026-3: money taken is posted, 1100 and 2200");
    CHECK(breaks("UPDATE orders SET payment_status = 0 WHERE number = 'SOUK-2026-1'") ==
          "SOUK-2026-1: an order says that it is paid when money was taken for it, 1 and 0");
    CHECK(breaks("UPDATE payments SET refunded = 1 WHERE intent = 'pi_SOUK-2026-2'") ==
          "SOUK-2026-2: money given back is posted, 1 and 550");
    CHECK(breaks("UPDATE refunds SET state = 0 WHERE intent = 'pi_SOUK-2026-2'") ==
          "SOUK-2026-2: the refunds of a charge that stand are what it gave back, 550 and 0");
    CHECK(breaks("UPDATE refunds SET state = 3 WHERE intent = 'pi_stray'") ==
          "SOUK-2026-3: money that pays no order has refunds on record, 1100 and 0");
    CHECK(breaks("UPDATE payments SET pays_order = false WHERE intent = 'pi_SOUK-2026-2'") ==
          "SOUK-2026-2: an order that is not paid in cash is confirmed by what pays it, 1100 and "
          "0");
    CHECK(breaks("UPDATE orders SET payment_method = 1 WHERE number = 'SOUK-2026-4'") ==
          "SOUK-2026-4: an order that is not paid in cash is confirmed by what pays it, 1100 and "
          "0");
    CHECK(breaks("UPDATE orders SET payment_method = 1, status = 5 "
                 "WHERE number = 'SOUK-2026-4'") ==
          "SOUK-2026-4: money is posted for payments alone, 0 and 1100");
}

TEST_CASE("a ledger out of balance is found, entry and all", "[persistence][books]") {
    PayingShop shop;
    trade(shop);
    const auto tampered =
        "UPDATE ledger SET amount = amount + 1 WHERE reference = 'cash' AND "
        "line = 0";
    CHECK(broken(shop, find_ledger_differences, tampered) ==
          "cash: an entry sums to zero, 0 and 1");
    REQUIRE(query(shop.db, tampered));
    const auto all = find_ledger_differences(shop.db);
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(all->back().subject == "USD");
    CHECK(all->back().rule == "the ledger sums to zero");
}

TEST_CASE("a code that miscounts its uses is found", "[persistence][books]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(R"(
        INSERT INTO discount_codes (id, code, type, value, used, created_at)
        VALUES (gen_random_uuid(), 'GOOD', 0, 100, 1, now()),
               (gen_random_uuid(), 'UNUSED', 0, 100, 0, now());
        INSERT INTO discount_uses (discount_id, order_id, buyer_keys, at)
        SELECT id, gen_random_uuid(), '{}', now() FROM discount_codes WHERE code = 'GOOD';)"));
    CHECK(broken(shop, find_discount_differences, "SELECT 1") == "none");
    CHECK(broken(shop, find_discount_differences, "UPDATE discount_uses SET state = 1") ==
          "GOOD: a code counts its uses, 0 and 1");
    CHECK(broken(shop, find_discount_differences,
                 "UPDATE discount_codes SET used = 2 WHERE code = 'UNUSED'") ==
          "UNUSED: a code counts its uses, 0 and 2");
}

TEST_CASE("stock that does not match its movements or reservations is found",
          "[persistence][books]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(R"(
        INSERT INTO stock (variant_id, seller_id, on_hand, reserved)
        VALUES ('01946967-d500-7000-8000-000000000001', '01946967-d500-7000-8000-000000000002', 9, 4);
        INSERT INTO movements (id, variant_id, seller_id, kind, quantity, balance, at)
        SELECT gen_random_uuid(), variant_id, seller_id, 0, 9, 9, now() FROM stock;
        INSERT INTO reservations (id, variant_id, seller_id, quantity, expires_at, created_at)
        SELECT gen_random_uuid(), variant_id, seller_id, 4, now(), now() FROM stock;)"));
    const std::string stock =
        to_text(VariantId{*parse_hex("01946967-d500-7000-8000-000000000001")}) + ":" +
        to_text(VendorId{*parse_hex("01946967-d500-7000-8000-000000000002")});
    CHECK(broken(shop, find_movement_differences, "SELECT 1") == "none");
    CHECK(broken(shop, find_reservation_differences, "SELECT 1") == "none");
    CHECK(broken(shop, find_movement_differences, "UPDATE stock SET on_hand = 10") ==
          stock + ": the movements of a stock add up to what is on hand, 9 and 10");
    CHECK(broken(shop, find_reservation_differences, "UPDATE reservations SET state = 2") ==
          stock + ": the open reservations of a stock add up to what is reserved, 0 and 4");
    CHECK(broken(shop, find_reservation_differences, "DELETE FROM stock") ==
          stock + ": the open reservations of a stock add up to what is reserved, 4 and 0");
}

TEST_CASE("an outbox with a gap, or behind its lane, is found", "[persistence][books]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(R"(
        INSERT INTO outbox (lane, sequence, type, entity, version, payload, request_id, at)
        SELECT 0, n, 'test', 'e', 1, '{}', '', now() FROM generate_series(1, 12000) n;
        UPDATE lanes SET outbox = 12000;)"));
    CHECK(broken(shop, find_outbox_differences, "SELECT 1") == "none");
    CHECK(last_event(shop.db).value() == 12'000);
    CHECK(broken(shop, find_outbox_differences, "DELETE FROM outbox WHERE sequence = 11000") ==
          "lane 0: the outbox has no gap, 10000 and 9999");
    CHECK(broken(shop, find_outbox_differences, "UPDATE lanes SET outbox = 12001") ==
          "lane 0: the outbox ends where its lane says, 12001 and 12000");
}

TEST_CASE("a relay that is behind, or never began, is found", "[persistence][books]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(R"(
        INSERT INTO outbox (lane, sequence, type, entity, version, payload, request_id, at)
        SELECT 0, n, 'test', 'e', 1, '{}', '', '2026-01-15T10:00:00Z' FROM generate_series(1, 3) n;
        UPDATE lanes SET outbox = 3;
        INSERT INTO relays (name, cursor, moved_at) VALUES ('quick', 3, now()), ('slow', 1, now());
        )"));
    const auto found_after = [&](std::chrono::seconds time) {
        const auto at = *parse_rfc3339("2026-01-15T10:00:00Z") + time;
        return find_relay_differences(shop.db, {"quick", "slow"}, at).value();
    };
    CHECK(found_after(max_relay_lag).empty());
    const auto late = found_after(max_relay_lag + std::chrono::seconds{1});
    REQUIRE(late.size() == 1);
    CHECK(late.front().subject == "slow");
    CHECK(late.front().found == 61);
    const auto missing = find_relay_differences(shop.db, {"none"}, paying_time).value();
    REQUIRE(missing.size() == 1);
    CHECK(missing.front().rule == "a relay has a cursor");
}

TEST_CASE("of what differs no more is read than tells that there is more", "[persistence][books]") {
    PayingShop shop;
    REQUIRE(shop.db.run_script(R"(
        INSERT INTO ledger (reference, line, kind, order_id, account, gateway, currency, amount, at)
        SELECT 'entry ' || n, 0, 0, gen_random_uuid(), 0, 1, 'USD', 1, now()
        FROM generate_series(1, 300) n)"));
    CHECK(find_ledger_differences(shop.db).value().size() ==
          static_cast<std::size_t>(max_differences));
}
