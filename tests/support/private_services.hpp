#pragma once
// Real PostgreSQL and Redis for tests, on Unix sockets in temporary directories. SOUK_TEST_POSTGRES
// names a running PostgreSQL that many processes share; without it each starts one for itself.

#include <string>

#include "persistence/connection.hpp"

namespace souk {

/// A connection string for a database that may create others; starts PostgreSQL at first use.
const std::string& test_postgres();

/// An empty, migrated database of one test, dropped at its end.
class TestDatabase {
public:
    enum class Schema { migrated, empty };

    explicit TestDatabase(Schema schema = Schema::migrated);
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    ~TestDatabase();

    ConnectionOptions options() const { return {.url = url_}; }
    Connection connect() const;

private:
    std::string name_;
    std::string url_;
};

/// A Redis of one test, which it may stop and start again.
class TestRedis {
public:
    TestRedis();
    TestRedis(const TestRedis&) = delete;
    TestRedis& operator=(const TestRedis&) = delete;
    ~TestRedis();

    const std::string& url() const { return url_; }
    void stop();
    void start();

private:
    std::string directory_;
    std::string url_;
    int process_{-1};
};

}  // namespace souk
