#pragma once
// Passes the outbox's events on, at least once and in their order, from a durable cursor, on a
// thread and a connection of its own. What becomes of an event is its handler's: it writes rows in
// the transaction that moves the cursor, so that what leaves the house is a job, not a call.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/supervisor_deeds.hpp"
#include "app/views/periodic.hpp"
#include "domain/retry.hpp"
#include "persistence/outbox_repository.hpp"

namespace souk {

struct RelayHandler {
    std::string name;                // its cursor's, for good
    std::vector<std::string> types;  // of the events it is given
    std::function<Result<void>(Connection&, std::span<const OutboxEvent>)> pass_on;
};

struct RelayPolicy {
    std::chrono::milliseconds interval{250};
    std::int64_t batch{5'000};  // of the outbox, most of which may be of other types
    RetryPolicy retry{std::chrono::seconds{1}, std::chrono::seconds{30}};  // without an end
};

class Relay {
public:
    /// `deeds`, if any, must outlive it, and so must the clock.
    Relay(RelayHandler handler, ConnectionOptions database, const Clock& clock,
          SupervisorDeeds* deeds = nullptr, RelayPolicy policy = {});
    ~Relay() { stop(); }

    void start();
    void stop();
    /// Passes the next piece on; whether there is more.
    Result<bool> pass_on();
    /// Its name, and what the rows do not know.
    RelayLine figures() const;
    /// Events that wait, as of its last look.
    std::int64_t behind() const { return behind_; }

private:
    void round();
    Result<void> connect();
    Result<bool> pass_on_piece(Connection& db, std::int64_t head);
    void note_passed();
    void note(const Result<bool>& result);
    void tell(const std::string& what, const std::string& detail);

    const RelayHandler handler_;
    const ConnectionOptions database_;
    const Clock& clock_;
    SupervisorDeeds* const deeds_;
    const RelayPolicy policy_;
    std::optional<Connection> db_;
    std::int64_t cursor_{-1};  // below what is known to be there: ask the row
    std::int64_t passed_{0};   // events of the last piece
    std::int64_t failures_{0};
    TimePoint rests_until_;
    std::atomic<std::int64_t> behind_{0};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    RelayLine figures_;
    Periodic rounds_;
};

}  // namespace souk
