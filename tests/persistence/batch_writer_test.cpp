// What a commit is worth: all of a batch or none, one writer, no doubt about the outcome.

#include "persistence/batch_writer.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

template <class IdType>
IdType id(std::uint64_t number) {
    return {uuid_v7(now, 5, number)};
}

const StockKey sku{id<VariantId>(1), id<VendorId>(2)};

void put_stock(Connection& db, const StockKey& key, std::int64_t on_hand) {
    REQUIRE(query(db, "INSERT INTO stock (variant_id, seller_id, on_hand) VALUES ($1, $2, $3)",
                  key.variant, key.seller, on_hand));
}

std::int64_t number(Connection& db, const char* sql) {
    const auto rows = query(db, sql);
    REQUIRE(rows);
    return (*rows)[0].get<std::int64_t>(0);
}

ChangeSet reservation(std::uint64_t serial, std::int64_t quantity) {
    StockChange stock{.key = sku, .reserved_delta = quantity};
    stock.opened.push_back({id<ReservationId>(serial), sku, quantity, now + 15min, {}, {}});
    ChangeSet change;
    change.stock.push_back(std::move(stock));
    change.at = now;
    return change;
}

ChangeSet movement(std::uint64_t serial, std::int64_t quantity) {
    StockChange stock{.key = sku, .on_hand_delta = quantity};
    stock.movements.push_back({.id = id<MovementId>(serial),
                               .key = sku,
                               .kind = MovementKind::adjusted,
                               .quantity = quantity,
                               .reason = "count"});
    ChangeSet change;
    change.stock.push_back(std::move(stock));
    change.at = now;
    return change;
}

ChangeSet cart_change(Version expected, Version version) {
    Cart cart;
    cart.id = id<CartId>(7);
    cart.created_at = cart.updated_at = now;
    cart.expires_at = now + 24h;
    cart.version = expected;
    ChangeSet change;
    change.cart.before = std::make_shared<Cart>(cart);
    cart.version = version;
    change.cart.next = std::make_shared<Cart>(cart);
    change.at = now;
    return change;
}

ChangeSet remembered(const std::string& key) {
    ChangeSet change;
    change.idempotency =
        IdempotencyRecord{"guest", key, "hash", 201, "{\"a\":\"\\\"b\\\"\"}", "", ""};
    change.at = now;
    return change;
}

CommitResult begin(BatchWriter& writer, const std::vector<ChangeSet>& changes) {
    std::vector<const ChangeSet*> batch;
    for (const auto& change : changes) batch.push_back(&change);
    return writer.begin(batch);
}

CommitResult commit(BatchWriter& writer, const std::vector<ChangeSet>& changes) {
    const auto sent = begin(writer, changes);
    return sent.status == CommitStatus::committed ? writer.finish() : sent;
}

/// A migrated database with one SKU, and a writer that has its lane.
struct Shop {
    Shop() { REQUIRE(writer.recover().status == CommitStatus::committed); }

    TestDatabase database;
    Connection db{database.connect()};
    BatchWriter writer{database.options(), "server one", 10s};
};

void end_writers_connection(Connection& db) {
    REQUIRE(query(db,
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                  "WHERE datname = current_database() AND pid <> pg_backend_pid()"));
}

}  // namespace

TEST_CASE("five hundred reservations of one SKU are one row's change", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 1'000);
    std::vector<ChangeSet> batch;
    for (std::uint64_t i = 0; i < 500; ++i) batch.push_back(reservation(i, 2));
    CHECK(commit(shop.writer, batch).status == CommitStatus::committed);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 1'000);
    CHECK(number(shop.db, "SELECT version FROM stock") == 501);
    CHECK(number(shop.db, "SELECT count(*) FROM reservations") == 500);
    CHECK(number(shop.db, "SELECT count(*) FROM outbox") == 1);
}

TEST_CASE("a batch that breaks a check is refused as a whole, and the next one goes through",
          "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 5);
    const auto refused =
        commit(shop.writer, {remembered("a"), reservation(1, 3), reservation(2, 3)});
    CHECK(refused.status == CommitStatus::refused);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 0);
    CHECK(number(shop.db, "SELECT count(*) FROM reservations") == 0);
    CHECK(number(shop.db, "SELECT count(*) FROM idempotency_keys") == 0);
    CHECK(commit(shop.writer, {reservation(3, 5)}).status == CommitStatus::committed);
}

TEST_CASE("a change decided from an older version is refused", "[persistence][lane]") {
    Shop shop;
    REQUIRE(commit(shop.writer, {cart_change(0, 1)}).status == CommitStatus::committed);
    REQUIRE(commit(shop.writer, {cart_change(1, 2), cart_change(2, 3)}).status ==
            CommitStatus::committed);
    CHECK(number(shop.db, "SELECT version FROM carts") == 3);
    CHECK(commit(shop.writer, {cart_change(2, 3)}).status == CommitStatus::refused);
    CHECK(commit(shop.writer, {cart_change(0, 1)}).status == CommitStatus::refused);
}

TEST_CASE("a reservation opened and closed in one batch ends closed", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 5);
    auto open = reservation(1, 3);
    ChangeSet close;
    close.stock.push_back({.key = sku, .reserved_delta = -3});
    close.stock[0].closed.push_back({open.stock[0].opened[0], ReservationState::transferred});
    close.at = now;
    CHECK(commit(shop.writer, {open, close}).status == CommitStatus::committed);
    CHECK(number(shop.db, "SELECT state FROM reservations") == 4);
    CHECK(commit(shop.writer, {close}).status == CommitStatus::refused);
}

TEST_CASE("balances of movements follow the order of the batch", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    REQUIRE(commit(shop.writer, {movement(1, 5), movement(2, -7), movement(3, 1)}).status ==
            CommitStatus::committed);
    const auto rows = query(shop.db, "SELECT balance FROM movements ORDER BY sequence").value();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].get<std::int64_t>(0) == 15);
    CHECK(rows[1].get<std::int64_t>(0) == 8);
    CHECK(rows[2].get<std::int64_t>(0) == 9);
}

TEST_CASE("the outbox has no gap, whatever is refused in between", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    for (std::uint64_t i = 0; i < 6; ++i)
        (void)commit(shop.writer, {reservation(i, i % 2 == 0 ? 1 : 1'000)});
    CHECK(number(shop.db, "SELECT count(*) FROM outbox") == 3);
    CHECK(number(shop.db, "SELECT max(sequence) FROM outbox") == 3);
    CHECK(number(shop.db, "SELECT outbox FROM lanes") == 3);
}

TEST_CASE("who has lost the lane to another server writes nothing more", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    BatchWriter other(shop.database.options(), "server two");
    REQUIRE(other.recover().status == CommitStatus::committed);
    CHECK(commit(shop.writer, {reservation(1, 1)}).status == CommitStatus::fenced);
    CHECK(commit(other, {reservation(2, 1)}).status == CommitStatus::committed);
    end_writers_connection(shop.db);
    CHECK(commit(shop.writer, {reservation(3, 1)}).status == CommitStatus::unknown);
    CHECK(shop.writer.resolve().rest.status == CommitStatus::fenced);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 1);
}

TEST_CASE("a lost connection is taken up again and the outcome is known", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    REQUIRE(commit(shop.writer, {reservation(1, 1)}).status == CommitStatus::committed);
    end_writers_connection(shop.db);
    CHECK(commit(shop.writer, {reservation(2, 1)}).status == CommitStatus::unknown);
    const auto resolution = shop.writer.resolve();
    CHECK(resolution.committed == 0);
    CHECK(resolution.rest.status == CommitStatus::unavailable);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 1);
    CHECK(commit(shop.writer, {reservation(3, 1)}).status == CommitStatus::committed);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 2);
}

TEST_CASE("a commit whose answer is lost is found in the lane's row", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    // Kills its own backend once everything is written and only the answer is missing.
    REQUIRE(shop.db.run_script(R"(
        CREATE FUNCTION die_after_commit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_terminate_backend(pg_backend_pid());
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER die AFTER INSERT ON reservations
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die_after_commit();)"));
    REQUIRE(commit(shop.writer, {reservation(1, 4)}).status == CommitStatus::unknown);
    const auto result = shop.writer.resolve();
    const auto written = number(shop.db, "SELECT count(*) FROM reservations");
    CHECK(number(shop.db, "SELECT reserved FROM stock") == written * 4);
    CHECK(result.committed == static_cast<std::size_t>(written));
    CHECK(result.rest.status == CommitStatus::unavailable);
}

TEST_CASE("a batch sent while another is under way is committed behind it", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    REQUIRE(begin(shop.writer, {reservation(1, 4)}).status == CommitStatus::committed);
    REQUIRE(begin(shop.writer, {reservation(2, 6)}).status == CommitStatus::committed);
    CHECK(shop.writer.finish().status == CommitStatus::committed);
    CHECK(shop.writer.finish().status == CommitStatus::committed);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 10);
    CHECK(number(shop.db, "SELECT max(sequence) FROM outbox") == 2);
    CHECK(commit(shop.writer, {movement(3, 1)}).status == CommitStatus::committed);
}

TEST_CASE("a batch behind a refused one is not written", "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    REQUIRE(begin(shop.writer, {reservation(1, 11)}).status == CommitStatus::committed);
    REQUIRE(begin(shop.writer, {reservation(2, 1)}).status == CommitStatus::committed);
    CHECK(shop.writer.finish().status == CommitStatus::refused);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 0);
    CHECK(commit(shop.writer, {reservation(3, 2)}).status == CommitStatus::committed);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 2);
}

TEST_CASE("of two batches whose answers are lost the rows tell how many were committed",
          "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 100);
    // The second batch takes its own backend down, after the first has been committed.
    REQUIRE(shop.db.run_script(R"(
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.quantity = 7 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER die BEFORE INSERT ON reservations FOR EACH ROW EXECUTE FUNCTION die();)"));
    REQUIRE(begin(shop.writer, {reservation(1, 1)}).status == CommitStatus::committed);
    REQUIRE(begin(shop.writer, {reservation(2, 7)}).status == CommitStatus::committed);
    std::size_t doubtful = 2;
    if (shop.writer.finish().status == CommitStatus::committed) {
        doubtful = 1;
        REQUIRE(shop.writer.finish().status == CommitStatus::unknown);
    }
    const auto resolution = shop.writer.resolve();
    CHECK(resolution.committed == doubtful - 1);
    CHECK(resolution.rest.status == CommitStatus::unavailable);
    CHECK(number(shop.db, "SELECT reserved FROM stock") == 1);
    CHECK(commit(shop.writer, {reservation(3, 2)}).status == CommitStatus::committed);
}

TEST_CASE("waiting for a batch's outcome ends when there is something else to do",
          "[persistence][lane]") {
    Shop shop;
    put_stock(shop.db, sku, 10);
    const int wake = eventfd(1, EFD_CLOEXEC);
    REQUIRE(query(shop.db, "BEGIN"));
    REQUIRE(query(shop.db, "SELECT FROM stock FOR UPDATE"));
    REQUIRE(begin(shop.writer, {reservation(1, 4)}).status == CommitStatus::committed);
    CHECK_FALSE(shop.writer.wait(wake));
    REQUIRE(query(shop.db, "COMMIT"));
    std::uint64_t one = 0;
    REQUIRE(read(wake, &one, sizeof one) == sizeof one);
    CHECK(shop.writer.wait(wake));
    CHECK(shop.writer.finish().status == CommitStatus::committed);
    close(wake);
}

TEST_CASE("a cart's lines are written where they differ", "[persistence][lane]") {
    Shop shop;
    const auto line = [](std::uint64_t number, std::int64_t quantity) {
        return CartItem{.id = id<CartItemId>(number), .quantity = quantity};
    };
    const auto change = [](Version version, std::vector<CartItem> before,
                           std::vector<CartItem> after) {
        auto changed = cart_change(version, version + 1);
        auto next = std::make_shared<Cart>(*changed.cart.next);
        next->items = std::move(after);
        changed.cart.next = next;
        auto previous = std::make_shared<Cart>(*changed.cart.before);
        previous->items = std::move(before);
        changed.cart.before = previous;
        return changed;
    };
    const auto lines = [&] {
        std::string text;
        const auto rows =
            query(shop.db, "SELECT quantity FROM cart_items ORDER BY position").value();
        for (int i = 0; i < rows.size(); ++i)
            text += std::to_string(rows[i].get<std::int64_t>(0)) + " ";
        return text;
    };
    REQUIRE(commit(shop.writer, {change(0, {}, {line(1, 1), line(2, 2), line(3, 3)})}).status ==
            CommitStatus::committed);
    CHECK(lines() == "1 2 3 ");
    REQUIRE(commit(shop.writer, {change(1, {line(1, 1), line(2, 2), line(3, 3)},
                                        {line(2, 2), line(3, 5), line(4, 4)})})
                .status == CommitStatus::committed);
    CHECK(lines() == "2 5 4 ");
    // Added and taken out again within one batch: nothing of it is left.
    REQUIRE(commit(shop.writer,
                   {change(2, {line(2, 2), line(3, 5), line(4, 4)},
                           {line(2, 2), line(3, 5), line(4, 4), line(5, 9)}),
                    change(3, {line(2, 2), line(3, 5), line(4, 4), line(5, 9)}, {line(2, 2)})})
                .status == CommitStatus::committed);
    CHECK(lines() == "2 ");
}

TEST_CASE("an idle lane that another server has taken says so", "[persistence][lane]") {
    Shop shop;
    CHECK(shop.writer.check().status == CommitStatus::committed);
    BatchWriter other(shop.database.options(), "server two");
    REQUIRE(other.recover().status == CommitStatus::committed);
    CHECK(shop.writer.check().status == CommitStatus::fenced);
    CHECK(other.check().status == CommitStatus::committed);
}

TEST_CASE("an idempotency key is new again after a day, and not before", "[persistence][lane]") {
    Shop shop;
    REQUIRE(commit(shop.writer, {remembered("a")}).status == CommitStatus::committed);
    CHECK(commit(shop.writer, {remembered("a")}).status == CommitStatus::refused);
    auto later = remembered("a");
    later.at = now + 24h + 1s;
    CHECK(commit(shop.writer, {later}).status == CommitStatus::committed);
}

TEST_CASE("a cart changed and ordered in one batch keeps its lines", "[persistence][lane]") {
    Shop shop;
    REQUIRE(commit(shop.writer, {cart_change(0, 1)}).status == CommitStatus::committed);
    auto added = cart_change(1, 2);
    auto with_line = std::make_shared<Cart>(*added.cart.next);
    with_line->items.push_back({.id = id<CartItemId>(9), .quantity = 2});
    added.cart.next = with_line;
    auto placed = cart_change(2, 3);
    placed.cart.before = with_line;
    auto closed = std::make_shared<Cart>(*with_line);
    closed->status = CartStatus::ordered;
    closed->version = 3;
    placed.cart.next = closed;
    REQUIRE(commit(shop.writer, {added, placed}).status == CommitStatus::committed);
    CHECK(number(shop.db, "SELECT count(*) FROM cart_items") == 1);
}

TEST_CASE("without a database nothing is written and nothing hangs", "[persistence][lane]") {
    BatchWriter writer({.url = "host=/nowhere dbname=souk", .connect_timeout = 1s}, "server", 0ms);
    CHECK(writer.recover().status == CommitStatus::unavailable);
    CHECK(commit(writer, {remembered("a")}).status == CommitStatus::unavailable);
}
