#include "persistence/read_pool.hpp"

#include <future>

#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

template <class Ask>
auto read_now(ReadPool& pool, Ask ask) {
    using Answer = decltype(ask(std::declval<Connection&>()));
    auto given = std::make_shared<std::promise<Answer>>();
    pool.read(ask, [given](Answer answer) { given->set_value(std::move(answer)); });
    return given->get_future().get();
}

Result<std::int64_t> one(Connection& db) {
    const auto rows = query(db, "SELECT 1");
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

/// Keeps the pool's only thread busy until it is released.
class Blocker {
public:
    explicit Blocker(ReadPool& pool) {
        auto entered = std::make_shared<std::promise<void>>();
        pool.submit([entered, release = release_.get_future().share()](Result<Connection*>) {
            entered->set_value();
            release.wait();
        });
        entered->get_future().wait();
    }
    void release() { release_.set_value(); }

private:
    std::promise<void> release_;
};

}  // namespace

TEST_CASE("a read runs with a connection", "[persistence][read_pool]") {
    TestDatabase database;
    ReadPool pool({.connection = database.options(), .threads = 2});
    pool.start();
    CHECK(*read_now(pool, one) == 1);
    CHECK(pool.up());
}

TEST_CASE("a row that does not read is an internal error, not a crash",
          "[persistence][read_pool]") {
    TestDatabase database;
    ReadPool pool({.connection = database.options(), .threads = 1});
    pool.start();
    const auto broken = read_now(pool, [](Connection& db) -> Result<std::int64_t> {
        return query(db, "SELECT 'x'::text")->front().get<std::int64_t>(0);
    });
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == ErrorCode::internal);
    CHECK(*read_now(pool, one) == 1);
}

TEST_CASE("reads over the bound are refused at once", "[persistence][read_pool]") {
    TestDatabase database;
    ReadPool pool({.connection = database.options(), .threads = 1, .max_waiting = 1});
    pool.start();
    Blocker blocker(pool);
    std::promise<Result<std::int64_t>> waiting;
    pool.read(one, [&](Result<std::int64_t> result) { waiting.set_value(std::move(result)); });
    CHECK(read_now(pool, one).error().code == ErrorCode::unavailable);
    blocker.release();
    CHECK(waiting.get_future().get());
}

TEST_CASE("without a database reads are refused and none waits", "[persistence][read_pool]") {
    ReadPool pool({.connection = {.url = "host=/nonexistent"}, .threads = 2});
    pool.start();
    for (int i = 0; i < 5; ++i) CHECK(read_now(pool, one).error().code == ErrorCode::unavailable);
    CHECK_FALSE(pool.up());
}

TEST_CASE("a connection that was cut comes back by itself", "[persistence][read_pool]") {
    TestDatabase database;
    ReadPool pool({.connection = database.options(), .threads = 1});
    pool.start();
    REQUIRE(read_now(pool, one));
    auto other = database.connect();
    REQUIRE(query(other,
                  "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = "
                  "current_database() AND pid <> pg_backend_pid()"));
    auto result = read_now(pool, one);
    while (!result) {
        CHECK(result.error().code == ErrorCode::unavailable);
        result = read_now(pool, one);
    }
    CHECK(*result == 1);
}

TEST_CASE("stopping answers everybody who waits", "[persistence][read_pool]") {
    TestDatabase database;
    ReadPool pool({.connection = database.options(), .threads = 1});
    pool.start();
    Blocker blocker(pool);
    std::promise<Result<std::int64_t>> waiting;
    pool.read(one, [&](Result<std::int64_t> result) { waiting.set_value(std::move(result)); });
    std::thread stopper([&] { pool.stop(); });
    CHECK(waiting.get_future().get().error().code == ErrorCode::unavailable);
    blocker.release();
    stopper.join();
    CHECK(read_now(pool, one).error().code == ErrorCode::unavailable);
}

TEST_CASE("a read goes to a connection that stands when another broke unseen",
          "[persistence][read_pool]") {
    TestDatabase database;
    const auto backend = [](Connection& db) -> Result<std::int64_t> {
        const auto rows = query(db, "SELECT pg_backend_pid()");
        if (!rows) return rows.error();
        return rows->front().get<std::int64_t>(0);
    };
    auto killer = database.connect();
    for (int round = 0; round < 20; ++round) {
        INFO("round " << round);
        ReadPool pool({.connection = database.options(), .threads = 2});
        pool.start();
        while (pool.figures().connected < 2) std::this_thread::yield();
        const auto doomed = read_now(pool, backend);
        REQUIRE(doomed);
        REQUIRE(query(killer, "SELECT pg_terminate_backend($1, 5000)", *doomed));
        CHECK(read_now(pool, one));  // the threads take turns
        CHECK(read_now(pool, one));
    }
}

TEST_CASE("a read waits for a database that restarted while every connection slept",
          "[persistence][read_pool]") {
    TestDatabase database;
    auto killer = database.connect();
    for (int round = 0; round < 20; ++round) {
        INFO("round " << round);
        ReadPool pool({.connection = database.options(), .threads = 2});
        pool.start();
        while (pool.figures().connected < 2) std::this_thread::yield();
        REQUIRE(query(killer,
                      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                      "WHERE datname = current_database() AND pid <> pg_backend_pid()"));
        CHECK(read_now(pool, one));
        CHECK(read_now(pool, one));
    }
}
