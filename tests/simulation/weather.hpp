#pragma once
// How things go at the moment between clients, server, store and gateway. Faults change it.

#include <deque>

#include "domain/time.hpp"

namespace souk::simulation {

/// What becomes of a batch that is sent to the store.
enum class Fate {
    commit,
    refuse,           // the store finds fault with one of its changes
    turn_away,        // the store lacks something: nothing is written
    lose,             // the connection breaks before the commit
    lose_answer,      // it breaks after the commit
    leave_unsettled,  // it breaks, and the store goes on with the batch in its own time
};

struct Weather {
    // the store
    bool store_down{false};
    std::deque<Fate> fates;  // of the next batches; then all commit
    Duration commit_time{std::chrono::milliseconds{2}};
    Duration read_time{std::chrono::milliseconds{1}};
    // between clients and server, in percent
    std::int64_t requests_lost{0};
    std::int64_t answers_lost{0};
    std::int64_t requests_doubled{0};
    Duration travel_time{std::chrono::milliseconds{5}};
    // the gateway
    bool gateway_down{false};
    std::int64_t calls_lost{0};
    std::int64_t results_lost{0};
    Duration gateway_time{std::chrono::milliseconds{80}};
    std::int64_t webhooks_doubled{5};
    Duration webhook_time{std::chrono::milliseconds{400}};
    // inside the server
    std::int64_t crashing_requests{0};  // in ten thousand
};

}  // namespace souk::simulation
