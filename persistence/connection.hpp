#pragma once
// One connection to PostgreSQL, owned by one thread at a time. It knows time limits and how a
// failure of libpq becomes an Error, and nothing of what is asked. A broken one is thrown away.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include "domain/ids.hpp"
#include "domain/personal_cipher.hpp"
#include "domain/result.hpp"

namespace souk {

struct ConnectionOptions {
    std::string url;  // a URI or "host=… dbname=…"
    std::string application_name{"soukd"};
    std::chrono::seconds connect_timeout{5};
    std::chrono::milliseconds statement_timeout{10'000};            // 0: none
    std::shared_ptr<const PersonalCipher> personal{plain_texts()};  // never null
};

/// What PostgreSQL said of the last statement that failed; empty when it said nothing.
struct SqlFailure {
    std::string sqlstate;
    std::string message;
};

struct ResultDeleter {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ResultDeleter>;

class Connection {
public:
    /// `unavailable` when the server cannot be reached or does not take us.
    static Result<Connection> open(const ConnectionOptions& options);

    /// For pipeline mode and COPY. Whoever uses it leaves the connection idle again.
    PGconn* native() const { return connection_.get(); }
    bool alive() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
    /// Alive, and between transactions; also notices that an idle connection was cut.
    bool usable();
    const SqlFailure& last_failure() const { return failure_; }
    /// What seals and opens the personal texts that go over this connection.
    const PersonalCipher& personal() const { return *personal_; }

    /// From now on one tenant's rows are all there are; without one, every tenant's. See
    /// migrations/0008.
    Result<void> see(const std::optional<TenantId>& tenant);

    /// Runs one or several statements without parameters. Over several, the last result counts.
    Result<ResultHandle> run_script(const std::string& sql);
    /// Runs one statement with parameters in text format; null pointers are NULL.
    Result<ResultHandle> run(const char* sql, const std::vector<const char*>& parameters);
    /// The same, prepared on this connection at its first use.
    Result<ResultHandle> run_prepared(const char* sql, const std::vector<const char*>& parameters);

    /// The error a result stands for: `unavailable` when a retry may help (connection gone, server
    /// stopping or full, time limit), else `internal`. Remembers it as the last failure.
    Error error_of(const PGresult* result);

private:
    struct Deleter {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };

    Connection(PGconn* connection, const ConnectionOptions& options);
    Result<void> configure(const ConnectionOptions& options);
    Result<std::string> statement_name(const char* sql);
    Result<ResultHandle> finish(bool sent);
    bool wait_until_readable();
    Error broken(std::string message);

    std::unique_ptr<PGconn, Deleter> connection_;
    std::unordered_map<std::string, std::string> statements_;  // SQL to name
    std::uint64_t next_statement_{0};
    std::chrono::milliseconds silence_limit_;
    std::shared_ptr<const PersonalCipher> personal_;
    SqlFailure failure_;
    std::optional<TenantId> seen_;  // as the session is set
};

}  // namespace souk
