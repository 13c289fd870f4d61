// Erasing what is left of somebody, piece by piece, with entities that answer as a test tells them.

#include "app/eraser.hpp"

#include <set>

#include "app/audit_sealer.hpp"
#include "app/random_ids.hpp"
#include "app/user_command.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

class ToldOrders final : public Orders {
public:
    void tell(const OrderId& id, Ask<OrderCommand, Order> ask) override {
        CHECK(std::holds_alternative<AnonymiseOrder>(ask.command));
        if (refused == id) return ask.reply(refuse(ErrorCode::conflict, "still under way"));
        told.push_back(id);
        ask.reply(ask.render(Order{}));
    }
    void read(const OfTenant<OrderId>&, Read<Order>) override {}

    std::vector<OrderId> told;
    std::optional<OrderId> refused;
};

class ToldCarts final : public Carts {
public:
    void tell(const CartId& id, Ask<CartCommand, Cart> ask) override {
        CHECK(std::holds_alternative<LeaveCart>(ask.command));
        told.push_back(id);
        ask.reply(refuse(ErrorCode::not_found, "no such cart"));  // which is as good
    }
    void place_order(const CartId&, Ask<PlaceOrder, Order>) override {}
    void read(const OfTenant<CartId>&, Read<Cart>) override {}
    void merge(const CartId&, Ask<MergeCart, Cart>) override {}

    std::vector<CartId> told;
};

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    SteppedClock clock;
    RandomIds ids{clock};
    ToldOrders orders;
    ToldCarts carts;
    SupervisorDeeds deeds;
    UserId amal = make("amal@example.com");
    UserId omar = make("omar@example.com");

    UserId make(const std::string& email) {
        auto user = put_user(db, {email, "correct horse", "Amal", "Khalil"}, 4, clock, ids);
        REQUIRE(user);
        return user->id;
    }
    /// An order that is over, with a mail about it and an answer that shows it.
    OrderId add_order(UserId user) {
        const OrderId id{ids.next()};
        REQUIRE(query(db, R"(
            INSERT INTO orders SELECT (json_populate_record(NULL::orders, json_build_object(
                'id', $1::text, 'number', $1::text, 'cart_id', $1::text, 'tenant_id', $3::text,
                'user_id', $2::text, 'customer_email', '', 'status', 5, 'payment_status', 0,
                'payment_method', 0, 'currency', 'USD', 'subtotal', 0, 'discount', 0, 'tax', 0,
                'shipping', 0, 'total', 0, 'tax_basis_points', 0, 'tax_inclusive', false,
                'shipping_address', '{}', 'billing_address', '{}', 'shipping_method', '{}',
                'vendor_orders', '[]', 'estimated_delivery', '2026-01-20', 'tracking_number', '',
                'notes', '', 'reservation_id', $1::text, 'reserved_until', now(),
                'stock_deducted', false, 'created_at', now(), 'updated_at', now(),
                'version', 1))).*)",
                      to_hex(id.uuid), to_hex(user.uuid), to_hex(default_tenant.uuid)));
        REQUIRE(query(db, R"(
            INSERT INTO mail_jobs (id, tenant_id, kind, recipient, recipient_index, about,
                                   created_at, due_at)
            VALUES ($1, $2, 3, 'somebody@example.com', 'somebody@example.com', $3, now(),
                    now()))",
                      id, default_tenant, to_text(id)));
        add_answer("ip:192.0.2.1", R"({"data":{"id":")" + to_text(id) + R"("}})");
        return id;
    }
    void add_answer(const std::string& caller, const std::string& body) {
        REQUIRE(query(db, R"(
            INSERT INTO idempotency_keys (tenant_id, caller, key, request_hash, status, body,
                                          location, etag, created_at)
            VALUES ($1, $2, $3, '', 200, $4, '', '', now()))",
                      default_tenant, caller, to_hex(ids.next()), body));
    }
    std::int64_t count(const std::string& what) {
        const auto rows = query_once(db, "SELECT count(*) FROM " + what, Parameters{});
        REQUIRE(rows);
        return rows->front().get<std::int64_t>(0);
    }

    void ask_for(const std::string& email) {
        REQUIRE(erase_user(db, default_tenant, email, "asked by mail", clock, ids));
    }
    Eraser eraser() { return Eraser(database.options(), {carts, orders}, clock, &deeds); }
    /// As after a crash behind every piece.
    int go_on_until_done() {
        int pieces = 0;
        for (;;) {
            auto one = eraser();
            const auto more = one.go_on();
            REQUIRE(more);
            if (!*more) return pieces;
            ++pieces;
        }
    }
    Erasure under_way() {
        const auto all = find_erasures(db, 10);
        REQUIRE(all);
        REQUIRE(all->size() == 1);
        return all->front();
    }
};

}  // namespace

TEST_CASE("an erasure goes on to its end over any number of restarts", "[app][eraser]") {
    Fixture fixture;
    std::vector<OrderId> theirs;
    for (int i = 0; i < 150; ++i) theirs.push_back(fixture.add_order(fixture.amal));
    const auto other = fixture.add_order(fixture.omar);
    fixture.add_answer(to_text(fixture.amal), "{}");
    fixture.add_answer(to_text(fixture.amal) + " cart:01", "{}");
    fixture.add_answer(to_text(fixture.omar), "{}");
    fixture.ask_for("amal@example.com");
    CHECK(fixture.go_on_until_done() == 4);  // carts, two pages of orders, audit
    std::ranges::sort(theirs);
    CHECK(fixture.orders.told == theirs);
    CHECK(*count_erasures(fixture.db) == 0);
    CHECK(fixture.count("mail_jobs") == 1);
    CHECK(fixture.count("mail_jobs WHERE about = '" + to_text(other) + "'") == 1);
    CHECK(fixture.count("idempotency_keys") == 2);
    CHECK(fixture.deeds.newest().front().what == "erased");
}

TEST_CASE("what fails is tried again, later and later, and shown", "[app][eraser]") {
    Fixture fixture;
    fixture.orders.refused = fixture.add_order(fixture.amal);
    fixture.ask_for("amal@example.com");
    CHECK(fixture.go_on_until_done() == 2);
    auto waits = fixture.under_way();
    CHECK(waits.step == ErasureStep::orders);
    CHECK(waits.tries == 1);
    CHECK(waits.failure == to_text(*fixture.orders.refused) + ": still under way");
    CHECK(waits.due_at == fixture.clock.now() + 1s);
    CHECK(fixture.count("mail_jobs") == 1);  // it may yet write others
    fixture.clock.advance(1s);
    CHECK(fixture.go_on_until_done() == 1);
    CHECK(fixture.under_way().due_at == fixture.clock.now() + 2s);
    CHECK(fixture.deeds.newest().front().what == "failed");
    fixture.orders.refused.reset();
    fixture.clock.advance(2s);
    CHECK(fixture.go_on_until_done() == 2);
    CHECK(*count_erasures(fixture.db) == 0);
}

TEST_CASE("one erasure that waits holds no other up", "[app][eraser]") {
    Fixture fixture;
    fixture.orders.refused = fixture.add_order(fixture.amal);
    fixture.ask_for("amal@example.com");
    fixture.clock.advance(1s);
    fixture.ask_for("omar@example.com");
    fixture.go_on_until_done();
    CHECK(fixture.under_way().user == fixture.amal);
}

TEST_CASE("two servers do not go on with the same erasure", "[app][eraser]") {
    Fixture fixture;
    fixture.ask_for("amal@example.com");
    REQUIRE(fixture.db.run_script("BEGIN"));
    REQUIRE(lock_due_erasure(fixture.db, fixture.clock.now()).value());
    auto other = fixture.eraser();
    CHECK(*other.go_on() == false);
    REQUIRE(fixture.db.run_script("COMMIT"));
    CHECK(*other.go_on());
}

TEST_CASE("the audit keeps its chain and loses who was erased", "[app][eraser]") {
    Fixture fixture;
    fixture.ask_for("amal@example.com");
    REQUIRE(fixture.count("audit_personal WHERE reason = 'asked by mail'") == 1);
    fixture.go_on_until_done();
    CHECK(fixture.count("audit_personal WHERE reason = 'asked by mail'") == 0);
    const auto report = verify_audit(fixture.db, {});
    REQUIRE(report);
    CHECK(report->broken.empty());
    CHECK(report->erased >= 1);
    CHECK(report->waiting == 0);
}

TEST_CASE("somebody is erased from the command line", "[app][eraser]") {
    Fixture fixture;
    const auto erase = [&](const std::string& email) {
        return erase_user(fixture.db, default_tenant, email, "why", fixture.clock, fixture.ids);
    };
    CHECK(*erase("Amal@Example.com") == fixture.amal);
    CHECK(erase("amal@example.com").error().code == ErrorCode::not_found);
    CHECK(fixture.count("users WHERE email LIKE 'amal%' OR first_name = 'Amal'") == 1);  // Omar
    REQUIRE(fixture.db.run_script("UPDATE users SET role = 3 WHERE email = 'omar@example.com'"));
    CHECK(erase("omar@example.com").error().code == ErrorCode::conflict);
}
