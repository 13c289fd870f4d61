#pragma once
// What is to happen at which moment of virtual time. Of two at the same moment the one that was
// noted first comes first.

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "domain/time.hpp"

namespace souk::simulation {

class Agenda {
public:
    void at(TimePoint when, std::function<void()> what) {
        plans_.emplace(std::pair{when, ++count_}, std::move(what));
    }
    std::optional<TimePoint> next() const {
        if (plans_.empty()) return std::nullopt;
        return plans_.begin()->first.first;
    }
    /// One that is due; false when none is.
    bool run_due(TimePoint now) {
        if (plans_.empty() || plans_.begin()->first.first > now) return false;
        const auto what = std::move(plans_.begin()->second);
        plans_.erase(plans_.begin());
        what();
        return true;
    }
    void clear() { plans_.clear(); }

private:
    std::map<std::pair<TimePoint, std::uint64_t>, std::function<void()>> plans_;
    std::uint64_t count_{0};
};

}  // namespace souk::simulation
