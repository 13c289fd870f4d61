#pragma once
// Forgets what has served its time, every few minutes and in bounded pieces: answers under
// idempotency keys, gateways' events, our own that every relay has passed on, sessions and links
// that have ended, lockouts, sent mails, the sandbox's own payments.

#include <functional>

#include "app/views/periodic.hpp"
#include "domain/time.hpp"
#include "gateways/sandbox.hpp"
#include "persistence/read_pool.hpp"

namespace souk {

class OldRows {
public:
    /// All must outlive it; `sandbox` may be null. `keep_events` is longer than any gateway tells
    /// the same event again.
    OldRows(ReadPool& reads, SandboxGateway* sandbox, const Clock& clock, Duration keep_events,
            Duration keep_outbox = std::chrono::days{30})
        : reads_(reads),
          sandbox_(sandbox),
          clock_(clock),
          keep_events_(keep_events),
          keep_outbox_(keep_outbox) {}

    void start();
    void stop() { rounds_.stop(); }
    /// One round, whose reads may still be under way when it returns.
    void forget();

private:
    using Purge = std::function<Result<std::int64_t>(Connection&, TimePoint, std::int64_t)>;
    void purge(Purge purge, TimePoint oldest);
    void purge_sandbox();

    ReadPool& reads_;
    SandboxGateway* sandbox_;
    const Clock& clock_;
    const Duration keep_events_;  // of gateways
    const Duration keep_outbox_;
    Periodic rounds_;
};

}  // namespace souk
