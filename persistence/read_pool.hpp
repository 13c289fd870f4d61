#pragma once
// Threads that read, each with a connection of its own. Without a database, or with too much
// waiting, a read is refused at once instead of waiting; the connections come back by themselves.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "domain/ids.hpp"
#include "domain/result.hpp"
#include "persistence/connection.hpp"

namespace souk {

struct ReadPoolSettings {
    ConnectionOptions connection;
    std::size_t threads{4};
    std::size_t max_waiting{4'096};
};

struct ReadPoolFigures {
    std::int64_t connected{};
    std::int64_t waiting{};
    std::int64_t done{};
    std::int64_t refused{};
};

class ReadPool {
public:
    /// Runs once: with a connection on one of our threads, or with an error on whichever thread
    /// finds that there will be none. Must not throw.
    using Job = std::function<void(Result<Connection*>)>;

    explicit ReadPool(ReadPoolSettings settings) : settings_(std::move(settings)) {}
    ReadPool(const ReadPool&) = delete;
    ReadPool& operator=(const ReadPool&) = delete;
    ~ReadPool() { stop(); }

    void start();
    /// Refuses what waits, lets what runs finish, and ends the threads. Idempotent.
    void stop();

    /// `unavailable` when the database is gone, too much waits, or the pool has stopped.
    void submit(Job job);

    /// Reads with `ask(Connection&)`, which returns a Result, and gives it to `done`, which must
    /// not throw. An exception in `ask` (a row that does not read) is `internal`. With a tenant,
    /// `ask` sees nobody else's rows.
    template <class Ask, class Done>
    void read(const TenantId& tenant, Ask ask, Done done) {
        read_as(tenant, std::move(ask), std::move(done));
    }
    template <class Ask, class Done>
    void read(Ask ask, Done done) {
        read_as(std::nullopt, std::move(ask), std::move(done));
    }

    /// At least one connection stands.
    bool up() const { return connected_ > 0; }
    ReadPoolFigures figures() const;

private:
    enum class State { starting, running, stopping };

    template <class Ask, class Done>
    void read_as(std::optional<TenantId> tenant, Ask ask, Done done) {
        submit([tenant, ask = std::move(ask), done = std::move(done)](
                   Result<Connection*> db) mutable { done(guarded(tenant, ask, db)); });
    }

    template <class Ask>
    static auto guarded(const std::optional<TenantId>& tenant, Ask& ask, Result<Connection*>& db)
        -> decltype(ask(**db)) {
        if (!db) return db.error();
        if (const auto seen = (*db)->see(tenant); !seen) return seen.error();
        try {
            return ask(**db);
        } catch (const std::exception& thrown) {
            return Error{ErrorCode::internal, thrown.what()};
        }
    }

    void run();
    /// Serves jobs until the connection breaks or the pool stops.
    void serve(Connection& db);
    /// Empty when another thread was quicker.
    Job next_job();
    void refuse_the_hopeless();
    void refuse_all(std::deque<Job> jobs);

    const ReadPoolSettings settings_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;   // work, or the end
    std::condition_variable pause_;  // between attempts to connect; takes no call for work
    std::deque<Job> waiting_;
    State state_{State::starting};
    std::size_t attempts_pending_{0};  // threads about to connect, at the start or after a loss
    std::atomic<std::int64_t> connected_{0};
    std::atomic<std::int64_t> done_{0};
    std::atomic<std::int64_t> refused_{0};
    std::vector<std::thread> threads_;
};

}  // namespace souk
