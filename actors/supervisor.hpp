#pragma once
// The base of our supervisors: one actor, one timer, work that may fail without ending it.

#include <spdlog/spdlog.h>

#include <caf/event_based_actor.hpp>
#include <chrono>
#include <string>

#include "actors/letter.hpp"
#include "domain/time.hpp"

namespace souk {

class Supervisor : public caf::event_based_actor {
public:
    Supervisor(caf::actor_config& config, const Clock& clock)
        : caf::event_based_actor(config), clock_(clock) {}

    caf::behavior make_behavior() override;

protected:
    /// Does what is due and says how long until it wants to be called again.
    virtual Duration work() = 0;
    /// A letter from outside; the timer is set anew afterwards if `wake_at` was called.
    virtual void handle(LetterBody&) {}

    TimePoint now() const { return clock_.now(); }
    /// Asks for a call of work() no later than `when`.
    void wake_at(TimePoint when);

private:
    void run();

    const Clock& clock_;
    TimePoint next_{TimePoint::max()};
    std::int64_t timer_{0};  // only the newest timer counts: CAF cannot cancel the others
    int failures_{0};
};

}  // namespace souk
