#pragma once
// The time of day, read from the system here and nowhere else.

#include "domain/time.hpp"

namespace souk {

class SystemClock final : public Clock {
public:
    TimePoint now() const override {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
};

}  // namespace souk
