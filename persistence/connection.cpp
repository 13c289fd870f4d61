#include "persistence/connection.hpp"

#include <array>
#include <cerrno>

#include <poll.h>

namespace souk {
namespace {

// A server that says nothing for this long after its own time limit has passed is gone.
constexpr std::chrono::seconds silence_grace{3};
// SQL is a constant in the source, so this is never reached; it bounds a mistake.
constexpr std::size_t max_statements = 500;

bool worth_a_retry(std::string_view sqlstate) {
    return sqlstate.empty() || sqlstate.starts_with("08") ||  // connection
           sqlstate.starts_with("53") ||                      // resources
           sqlstate.starts_with("57") ||                      // shutdown, cancelled, time limit
           sqlstate.starts_with("40") ||                      // deadlock, serialisation
           sqlstate == "25006" ||                             // a standby, for now
           sqlstate == "55P03";                               // lock not available
}

/// The schema changed under a prepared statement, or someone discarded it.
bool is_stale_statement(std::string_view sqlstate) {
    return sqlstate == "0A000" || sqlstate == "26000";
}

std::string trimmed(const char* message) {
    std::string text = message == nullptr ? "" : message;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

bool succeeded(const PGresult* result) {
    switch (PQresultStatus(result)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_COPY_IN:
        case PGRES_COPY_OUT:
        case PGRES_EMPTY_QUERY:
            return true;
        default:
            return false;
    }
}

}  // namespace

Connection::Connection(PGconn* connection, const ConnectionOptions& options)
    : connection_(connection),
      silence_limit_(options.statement_timeout.count() == 0
                         ? std::chrono::milliseconds{-1}
                         : options.statement_timeout + silence_grace),
      personal_(options.personal) {}

Result<Connection> Connection::open(const ConnectionOptions& options) {
    const auto timeout = std::to_string(options.connect_timeout.count());
    // What stands before the URL it may override; what stands after it may not.
    const std::array<const char*, 10> keywords{"connect_timeout",  "keepalives",
                                               "keepalives_idle",  "keepalives_interval",
                                               "keepalives_count", "tcp_user_timeout",
                                               "application_name", "dbname",
                                               "client_encoding",  nullptr};
    const std::array<const char*, 10> values{
        timeout.c_str(),     "1",    "10",   "5", "3", "15000", options.application_name.c_str(),
        options.url.c_str(), "UTF8", nullptr};
    Connection connection(PQconnectdbParams(keywords.data(), values.data(), 1), options);
    if (!connection.alive())
        return Error{ErrorCode::unavailable,
                     "PostgreSQL: " + trimmed(PQerrorMessage(connection.native())),
                     {},
                     1};
    if (const auto configured = connection.configure(options); !configured)
        return configured.error();
    return connection;
}

Result<void> Connection::configure(const ConnectionOptions& options) {
    PQsetNoticeProcessor(
        native(), [](void*, const char*) {}, nullptr);
    const auto limit = std::to_string(options.statement_timeout.count());
    const auto set = run_script(
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; "
        "SET bytea_output = 'hex'; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; "
        "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 15000; SET statement_timeout = " +
        limit);
    if (!set) return set.error();
    return {};
}

bool Connection::usable() {
    // A server that ends says why first: the end is behind what it said.
    pollfd socket{PQsocket(native()), POLLIN, 0};
    while (alive() && poll(&socket, 1, 0) > 0)
        if (PQconsumeInput(native()) == 0) return false;
    return alive() && PQtransactionStatus(native()) == PQTRANS_IDLE;
}

Result<void> Connection::see(const std::optional<TenantId>& tenant) {
    if (tenant == seen_) return {};
    const auto script =
        tenant ? "SET souk.tenant = '" + to_hex(tenant->uuid) + "'; SET ROLE souk_tenant"
               : std::string{"RESET ROLE; RESET souk.tenant"};
    if (const auto set = run_script(script); !set) return set.error();
    seen_ = tenant;
    return {};
}

Result<ResultHandle> Connection::run_script(const std::string& sql) {
    return finish(PQsendQuery(native(), sql.c_str()) == 1);
}

Result<ResultHandle> Connection::run(const char* sql, const std::vector<const char*>& parameters) {
    return finish(PQsendQueryParams(native(), sql, static_cast<int>(parameters.size()), nullptr,
                                    parameters.data(), nullptr, nullptr, 0) == 1);
}

Result<ResultHandle> Connection::run_prepared(const char* sql,
                                              const std::vector<const char*>& parameters) {
    if (statements_.size() >= max_statements && !statements_.contains(sql))
        return run(sql, parameters);
    const auto name = statement_name(sql);
    if (!name) return name.error();
    auto result =
        finish(PQsendQueryPrepared(native(), name->c_str(), static_cast<int>(parameters.size()),
                                   parameters.data(), nullptr, nullptr, 0) == 1);
    if (!result && is_stale_statement(failure_.sqlstate)) statements_.erase(sql);
    return result;
}

Result<std::string> Connection::statement_name(const char* sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
    auto name = "souk_" + std::to_string(++next_statement_);
    const auto prepared = finish(PQsendPrepare(native(), name.c_str(), sql, 0, nullptr) == 1);
    if (!prepared) return prepared.error();
    statements_.emplace(sql, name);
    return name;
}

Error Connection::error_of(const PGresult* result) {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* said =
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    failure_.sqlstate = state == nullptr ? "" : state;
    failure_.message = trimmed(said == nullptr ? PQerrorMessage(native()) : said);
    const auto where = failure_.sqlstate.empty() ? std::string{} : " [" + failure_.sqlstate + "]";
    const bool retry = !alive() || worth_a_retry(failure_.sqlstate);
    return {retry ? ErrorCode::unavailable : ErrorCode::internal,
            "PostgreSQL: " + failure_.message + where,
            {},
            retry ? 1 : 0};
}

// Reads until libpq has no more results, so that the connection is idle again whatever happened.
// Of several results the first failure counts, else the last one; COPY is left to the caller.
Result<ResultHandle> Connection::finish(bool sent) {
    if (!sent) return error_of(nullptr);
    ResultHandle last;
    bool failed = false;
    for (;;) {
        while (PQisBusy(native()) == 1) {
            if (!wait_until_readable()) return broken("no answer within the time limit");
            if (PQconsumeInput(native()) == 0) return broken(trimmed(PQerrorMessage(native())));
        }
        ResultHandle next(PQgetResult(native()));
        if (!next) break;
        if (!failed) last = std::move(next);
        failed = failed || !succeeded(last.get());
        const auto status = PQresultStatus(last.get());
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) break;
        if (!alive()) break;
    }
    if (!last || failed) return error_of(last.get());
    return last;
}

bool Connection::wait_until_readable() {
    if (PQflush(native()) < 0) return false;
    pollfd socket{PQsocket(native()), POLLIN, 0};
    for (;;) {
        const int ready = poll(&socket, 1, static_cast<int>(silence_limit_.count()));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

// After this the state of the protocol is unknown: the connection is closed, so that nobody reads
// an answer that belonged to another question.
Error Connection::broken(std::string message) {
    failure_ = {"", message};
    connection_.reset();  // libpq takes a null connection for a broken one
    return {ErrorCode::unavailable, "PostgreSQL: " + std::move(message), {}, 1};
}

}  // namespace souk
