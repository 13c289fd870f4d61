#include "actors/supervisor.hpp"

#include <algorithm>
#include <caf/atom.hpp>

namespace souk {
namespace {

using WakeAtom = caf::atom_constant<caf::atom("wake")>;

constexpr Duration longest_sleep = std::chrono::seconds{30};

}  // namespace

caf::behavior Supervisor::make_behavior() {
    wake_at(now());
    return {
        [this](WakeAtom, std::int64_t timer) {
            if (timer == timer_) run();
        },
        [this](Letter& letter) {
            if (letter.body->kind() == LetterKind::retire) return quit();
            handle(*letter.body);
        },
    };
}

void Supervisor::wake_at(TimePoint when) {
    if (when >= next_) return;
    next_ = when;
    const auto sleep = when - now();
    if (sleep <= Duration::zero()) return send(this, WakeAtom::value, ++timer_);
    delayed_send(this, std::min<Duration>(sleep, longest_sleep), WakeAtom::value, ++timer_);
}

// A failure backs off, from a quarter of a second to half a minute, and never ends the supervisor.
void Supervisor::run() {
    next_ = TimePoint::max();
    Duration sleep = longest_sleep;
    try {
        sleep = work();
        failures_ = 0;
    } catch (const std::exception& exception) {
        spdlog::error("{} failed: {}", name(), exception.what());
        failures_ = std::min(failures_ + 1, 8);
        sleep = std::chrono::milliseconds{125} * (1 << failures_);
    }
    wake_at(now() + sleep);
}

}  // namespace souk
