#pragma once
// A clock that only moves when told; any thread may look at it.

#include <atomic>

#include "domain/time.hpp"

namespace souk {

class SteppedClock final : public Clock {
public:
    TimePoint now() const override { return TimePoint{Duration{now_us_}}; }
    void advance(Duration time) { now_us_ += time.count(); }

private:
    std::atomic<std::int64_t> now_us_{1'768'471'200'000'000};  // 2026-01-15T10:00:00Z
};

}  // namespace souk
