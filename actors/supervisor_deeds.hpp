#pragma once
// What supervisors did lately, for operators: the last of each, in memory alone. Any thread.

#include <array>
#include <deque>
#include <mutex>
#include <vector>

#include "protocol/console.hpp"

namespace souk {

class SupervisorDeeds {
public:
    static constexpr std::size_t kept = 100;  // of each supervisor: none crowds the others out

    void note(SupervisorDeed deed);
    /// Of all together, newest first.
    std::vector<SupervisorDeed> newest() const;

private:
    mutable std::mutex mutex_;
    std::array<std::deque<SupervisorDeed>, supervisor_kinds> deeds_;
};

}  // namespace souk
