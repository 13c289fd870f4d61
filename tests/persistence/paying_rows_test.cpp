// What paying writes, and what the database refuses of it: the last net should the rules be wrong.

#include "persistence/paying_rows.hpp"

#include "persistence/batch_rows.hpp"
#include "tests/persistence/paying_shop.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

BatchRows rows_of(const ChangeSet& change) {
    const ChangeSet* batch[] = {&change};
    return BatchRows(batch, *plain_texts());
}

Order with_captures(std::uint64_t number, std::vector<AttemptState> states) {
    auto order = being_paid(placed_order(number));
    for (const auto state : states)
        order.payment->attempts.push_back(attempt_of(order, std::ssize(order.payment->attempts) + 1,
                                                     GatewayStep::capture, state));
    return order;
}

LedgerEntry entry_of(std::string reference, std::vector<Posting> postings) {
    return {EntryKind::capture, std::move(reference), id<OrderId>(1), paying_time,
            std::move(postings)};
}

const Account clearing{AccountKind::gateway_clearing, {}, PaymentMethod::stripe};
const Account tax{AccountKind::tax_payable};
const Currency usd{};
const Currency jod{{'J', 'O', 'D'}};

void add_code(PayingShop& shop, DiscountId code, std::optional<std::int64_t> limit = {}) {
    REQUIRE(query(shop.db,
                  "INSERT INTO discount_codes (id, code, type, value, usage_limit, created_at) "
                  "VALUES ($1, 'SAVE', 0, 1000, $2, now())",
                  code, limit));
}

ChangeSet used(DiscountId code, std::uint64_t order) {
    ChangeSet change;
    change.discounts.push_back({.id = code});
    change.discounts[0].used = DiscountUse{id<OrderId>(order), {"a@example.com", nasty}, {}};
    return change;
}
ChangeSet given_back(DiscountId code, std::uint64_t order) {
    ChangeSet change;
    change.discounts.push_back({.id = code});
    change.discounts[0].given_back = DiscountUse{id<OrderId>(order), {"a@example.com"}, {}};
    return change;
}

const StockKey sku{id<VariantId>(1), id<VendorId>(2)};
const ReservationLine line{id<ReservationId>(5), sku, 3, paying_time + 15min, {}, id<OrderId>(1)};

ChangeSet stock_change(StockChange change) {
    change.key = sku;
    ChangeSet set;
    set.stock.push_back(std::move(change));
    return set;
}
ChangeSet opened() { return stock_change({.reserved_delta = 3, .opened = {line}}); }
ChangeSet extended(Duration by) {
    return stock_change({.extended = {{line, line.expires_at + by}}});
}
ChangeSet closed() {
    return stock_change({.reserved_delta = -3, .closed = {{line, ReservationState::released}}});
}
void put_stock(PayingShop& shop) {
    REQUIRE(query(shop.db, "INSERT INTO stock (variant_id, seller_id, on_hand) VALUES ($1, $2, 9)",
                  sku.variant, sku.seller));
}
TimePoint expiry(PayingShop& shop) {
    return query(shop.db, "SELECT expires_at FROM reservations")->front().get<TimePoint>(0);
}

}  // namespace

TEST_CASE("an order without a payment has no rows of paying", "[persistence][payment]") {
    const auto order = placed_order(1);
    CHECK_FALSE(rows_of(new_order(order)).paying);
    CHECK_FALSE(rows_of(order_change(order, order)).paying);
}

TEST_CASE("of a payment only what differs is written", "[persistence][payment]") {
    auto before = placed_order(1);
    before = being_paid(before, {attempt_of(before, 1, GatewayStep::authorize),
                                 attempt_of(before, 2, GatewayStep::capture)});
    before.payment->refunds = {{.id = id<RefundId>(1), .amount = 5}};
    before.payment->strays = {{"pi_other", 7, 0}};
    const auto written = [&](const Order& next) {
        auto rows = rows_of(order_change(before, next));
        REQUIRE(rows.paying);
        return std::vector{rows.paying->payments.rows(), rows.paying->attempts.rows(),
                           rows.paying->refunds.rows(), rows.paying->strays.rows()};
    };
    auto next = before;
    CHECK(written(next) == std::vector<std::int64_t>{0, 0, 0, 0});
    next.payment->attempts[1].tries = 2;
    CHECK(written(next) == std::vector<std::int64_t>{0, 1, 0, 0});
    next.payment->attempts.push_back(attempt_of(before, 3, GatewayStep::refund));
    next.payment->refunds[0].state = RefundState::under_way;
    next.payment->strays[0].refunded = 7;
    CHECK(written(next) == std::vector<std::int64_t>{0, 2, 1, 1});
    next.payment->graced = true;
    CHECK(written(next) == std::vector<std::int64_t>{1, 2, 1, 1});
}

TEST_CASE("an order has one capture that was not declined", "[persistence][payment]") {
    PayingShop shop;
    const auto state = GENERATE(AttemptState::open, AttemptState::done, AttemptState::given_up);
    const auto before = with_captures(1, {state});
    shop.commit({new_order(before)});
    CHECK(says(shop.refusal({order_change(before, with_captures(1, {state, AttemptState::open}))}),
               "payment_attempts_one_capture"));
    CHECK(says(shop.refusal({new_order(with_captures(2, {state, AttemptState::done}))}),
               "payment_attempts_one_capture"));
    CHECK(shop.number("SELECT count(*) FROM payment_attempts") == 1);
}

TEST_CASE("a capture may follow a declined one, in the same change too", "[persistence][payment]") {
    PayingShop shop;
    const auto before = with_captures(1, {AttemptState::open});
    shop.commit({new_order(before)});
    const auto next = with_captures(1, {AttemptState::failed, AttemptState::open});
    shop.commit({order_change(before, next)});
    CHECK(shop.number("SELECT count(*) FROM payment_attempts WHERE step = 2") == 2);
    shop.commit({new_order(
        with_captures(2, {AttemptState::failed, AttemptState::failed, AttemptState::done}))});
    CHECK(shop.number("SELECT count(*) FROM payment_attempts WHERE state = 2") == 3);
}

TEST_CASE("changes of one payment within a batch are written as one", "[persistence][payment]") {
    PayingShop shop;
    auto first = with_captures(1, {AttemptState::open});
    auto second = with_captures(1, {AttemptState::failed, AttemptState::open});
    second.version = 2;
    auto third = with_captures(1, {AttemptState::failed, AttemptState::done});
    shop.commit({new_order(first), order_change(first, second), order_change(second, third)});
    CHECK(shop.number("SELECT version FROM orders") == 3);
    CHECK(shop.number("SELECT count(*) FROM payment_attempts WHERE state = 0") == 0);
}

TEST_CASE("a gateway's key belongs to one attempt", "[persistence][payment]") {
    PayingShop shop;
    shop.commit({new_order(with_captures(1, {AttemptState::open}))});
    auto other = with_captures(2, {AttemptState::open});
    other.payment->attempts[0].key = attempt_key(id<OrderId>(1), 1, GatewayStep::capture);
    CHECK(says(shop.refusal({new_order(other)}), "payment_attempts_key_key"));
    auto renamed = with_captures(1, {AttemptState::open});
    renamed.payment->attempts[0].key = "another";
    CHECK(says(shop.refusal({order_change(with_captures(1, {AttemptState::open}), renamed)}),
               "payment attempts touched 0 rows"));
}

TEST_CASE("a payment's row never passes to another payment", "[persistence][payment]") {
    PayingShop shop;
    const auto before = being_paid(placed_order(1));
    shop.commit({new_order(before)});
    auto other = before;
    other.payment->id = id<PaymentId>(99);
    CHECK(says(shop.refusal({order_change(before, other)}), "payments touched 0 rows"));
}

TEST_CASE("no charge gives back more than it took", "[persistence][payment]") {
    PayingShop shop;
    auto order = paid_order(1);
    order.payment->refunded = order.payment->captured + 1;
    CHECK(says(shop.refusal({new_order(order)}), "payments_check"));
    order.payment->refunded = order.payment->captured;
    order.payment->strays = {{"pi_other", 5, 6}};
    CHECK(says(shop.refusal({new_order(order)}), "stray_charges_check"));
    order.payment->strays = {{"pi_other", 5, 5}};
    shop.commit({new_order(order)});
}

TEST_CASE("a refund is of something, and the only one of its charge in its place",
          "[persistence][payment]") {
    PayingShop shop;
    auto order = paid_order(1);
    order.payment->refunds = {{.id = id<RefundId>(1), .amount = 0}};
    CHECK(says(shop.refusal({new_order(order)}), "refunds_amount_check"));
    const auto settled = [](std::uint64_t number, std::int64_t place) {
        Refund refund{.id = id<RefundId>(number), .amount = 10};
        refund.intent = "pi";
        refund.settled_as = place;
        return refund;
    };
    order.payment->refunds = {settled(1, 1), settled(2, 1)};
    CHECK(says(shop.refusal({new_order(order)}), "refunds_settled"));
    order.payment->refunds = {settled(1, 1), settled(2, 0), settled(3, 0), settled(4, 2)};
    shop.commit({new_order(order)});
}

TEST_CASE("an entry is posted line by line", "[persistence][ledger]") {
    PayingShop shop;
    const auto order = paid_order(1);
    shop.commit({posted(capture_of(order))});
    CHECK(shop.text("SELECT string_agg(concat_ws(' ', line, account, gateway, amount), ', ' "
                    "ORDER BY sequence) FROM ledger") ==
          "0 0 2 1070, 1 1 2 30, 2 2 -900, 3 3 -80, 4 4 -120");
    CHECK(shop.text("SELECT DISTINCT concat_ws(' ', reference, kind, currency) FROM ledger") ==
          order.number + ":capture 0 USD");
    const auto vendor = query(shop.db, "SELECT vendor_id, order_id, at FROM ledger WHERE line = 2");
    CHECK(vendor->front().get<VendorId>(0) == id<VendorId>(30));
    CHECK(vendor->front().get<OrderId>(1) == order.id);
    CHECK(vendor->front().get<TimePoint>(2) == paying_time);
    CHECK(shop.number("SELECT count(*) FROM ledger WHERE vendor_id IS NULL") == 4);
}

TEST_CASE("an entry that does not sum to zero in each currency is refused with its batch",
          "[persistence][ledger]") {
    PayingShop shop;
    const auto sound = posted(entry_of("a", {{clearing, usd, 5}, {tax, usd, -5}}));
    const auto words = "balanced ledger entries";
    CHECK(says(shop.refusal({sound, posted(entry_of("b", {{clearing, usd, 5}, {tax, usd, -4}}))}),
               words));
    CHECK(says(shop.refusal({posted(entry_of("c", {{clearing, usd, 5}, {tax, jod, -5}}))}), words));
    CHECK(says(shop.refusal({posted(entry_of("d", {{clearing, usd, 5}})),
                             posted(entry_of("e", {{tax, usd, -5}}))}),
               words));
    CHECK(shop.number("SELECT count(*) FROM ledger") == 0);
    shop.commit(
        {sound,
         posted(entry_of(
             "f", {{clearing, usd, 1}, {tax, usd, -1}, {clearing, jod, 2}, {tax, jod, -2}}))});
}

TEST_CASE("a ledger line is of something", "[persistence][ledger]") {
    PayingShop shop;
    CHECK(says(shop.refusal({posted(entry_of("a", {{clearing, usd, 0}, {tax, usd, 0}}))}),
               "ledger_amount_check"));
}

TEST_CASE("what happened once is posted once", "[persistence][ledger]") {
    PayingShop shop;
    const auto entry = posted(entry_of("a", {{clearing, usd, 5}, {tax, usd, -5}}));
    CHECK(says(shop.refusal({entry, entry}), "ledger_reference_line_key"));
    shop.commit({entry});
    CHECK(says(shop.refusal({entry}), "ledger_reference_line_key"));
    CHECK(shop.number("SELECT count(*) FROM ledger") == 2);
}

TEST_CASE("uses of a code are rows and its counter moves by their difference",
          "[persistence][discount]") {
    PayingShop shop;
    const auto code = id<DiscountId>(1);
    add_code(shop, code, 3);
    shop.commit({used(code, 1), used(code, 2), used(code, 3), given_back(code, 2)});
    CHECK(shop.number("SELECT used FROM discount_codes") == 2);
    CHECK(shop.number("SELECT version FROM discount_codes") == 5);
    CHECK(shop.number("SELECT count(*) FROM discount_uses WHERE state = 0") == 2);
    const auto keys =
        query(shop.db, "SELECT buyer_keys FROM discount_uses WHERE order_id = $1", id<OrderId>(1));
    CHECK(keys->front().get<std::vector<std::string>>(0) ==
          std::vector<std::string>{"a@example.com", nasty});
    shop.commit({given_back(code, 3)});
    CHECK(shop.number("SELECT used FROM discount_codes") == 1);
}

TEST_CASE("a code is not used beyond its limit, nor given back below nothing",
          "[persistence][discount]") {
    PayingShop shop;
    const auto code = id<DiscountId>(1);
    add_code(shop, code, 1);
    shop.commit({used(code, 1)});
    CHECK(says(shop.refusal({used(code, 2)}), "discount_codes_check"));
    shop.commit({given_back(code, 1)});
    CHECK(says(shop.refusal({given_back(code, 1)}), "discount uses touched 0 rows"));
    CHECK(says(shop.refusal({given_back(code, 7)}), "discount uses touched 0 rows"));
    REQUIRE(query(shop.db, "UPDATE discount_uses SET state = 0"));
    CHECK(says(shop.refusal({given_back(code, 1)}), "discount_codes_used_check"));
}

TEST_CASE("an order uses a code once", "[persistence][discount]") {
    PayingShop shop;
    const auto code = id<DiscountId>(1);
    add_code(shop, code);
    shop.commit({used(code, 1)});
    CHECK(says(shop.refusal({used(code, 1)}), "discount_uses_pkey"));
    CHECK(shop.number("SELECT used FROM discount_codes") == 1);
}

TEST_CASE("a code that does not exist cannot be used", "[persistence][discount]") {
    PayingShop shop;
    CHECK(says(shop.refusal({used(id<DiscountId>(1), 1)}), "discounts touched 0 rows"));
    CHECK(shop.number("SELECT count(*) FROM discount_uses") == 0);
}

TEST_CASE("a discount change that holds or drops alone writes nothing", "[persistence][discount]") {
    ChangeSet change;
    change.discounts.push_back({.id = id<DiscountId>(1)});
    change.discounts[0].held = DiscountUse{id<OrderId>(1), {}, {}};
    change.discounts[0].dropped = DiscountUse{id<OrderId>(2), {}, {}};
    const auto rows = rows_of(change);
    CHECK(rows.paying->discounts.rows() + rows.paying->discounts_used.rows() == 0);
}

TEST_CASE("a gateway's event has one row, however often it comes", "[persistence][payment]") {
    PayingShop shop;
    const auto event = [](PaymentMethod gateway, std::string name) {
        ChangeSet change;
        change.gateway_event = GatewayEventRecord{gateway, std::move(name), "charge.captured",
                                                  id<OrderId>(1), paying_time - 1s};
        return change;
    };
    const auto first = event(PaymentMethod::stripe, "evt_1");
    shop.commit({first, first});
    shop.commit({first, event(PaymentMethod::sandbox, "evt_1")});
    CHECK(shop.number("SELECT count(*) FROM gateway_events") == 2);
    const auto row =
        query(shop.db, "SELECT type, order_id, created, received_at FROM gateway_events LIMIT 1");
    CHECK(row->front().get<std::string>(0) == "charge.captured");
    CHECK(row->front().get<OrderId>(1) == id<OrderId>(1));
    CHECK(row->front().get<TimePoint>(2) == paying_time - 1s);
    CHECK(row->front().get<TimePoint>(3) == paying_time);
}

TEST_CASE("a reservation is opened, extended and closed within one batch",
          "[persistence][reservation]") {
    PayingShop shop;
    put_stock(shop);
    shop.commit({opened(), extended(1min), extended(5min), closed()});
    CHECK(expiry(shop) == line.expires_at + 5min);
    CHECK(shop.number("SELECT state FROM reservations") == 2);
    CHECK(shop.number("SELECT reserved FROM stock") == 0);
    CHECK(shop.number("SELECT version FROM stock") == 5);
}

TEST_CASE("an open reservation lasts longer once it is extended, and never shorter",
          "[persistence][reservation]") {
    PayingShop shop;
    put_stock(shop);
    shop.commit({opened()});
    shop.commit({extended(5min)});
    CHECK(expiry(shop) == line.expires_at + 5min);
    const auto words = "reservations to extend touched 0 rows";
    CHECK(says(shop.refusal({extended(4min)}), words));
    shop.commit({closed()});
    CHECK(says(shop.refusal({extended(10min)}), words));
    CHECK(expiry(shop) == line.expires_at + 5min);
}

TEST_CASE("a reservation that is not there cannot be extended", "[persistence][reservation]") {
    PayingShop shop;
    put_stock(shop);
    CHECK(shop.try_commit({extended(5min)}).status == CommitStatus::refused);
    CHECK(shop.number("SELECT version FROM stock") == 1);
}
