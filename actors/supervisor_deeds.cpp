#include "actors/supervisor_deeds.hpp"

#include <algorithm>

namespace souk {

void SupervisorDeeds::note(SupervisorDeed deed) {
    const std::lock_guard lock(mutex_);
    auto& deeds = deeds_.at(static_cast<std::size_t>(deed.supervisor));
    if (deeds.size() == kept) deeds.pop_front();
    deeds.push_back(std::move(deed));
}

std::vector<SupervisorDeed> SupervisorDeeds::newest() const {
    std::vector<SupervisorDeed> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& deeds : deeds_) all.insert(all.end(), deeds.rbegin(), deeds.rend());
    }
    std::ranges::stable_sort(all, std::ranges::greater{}, &SupervisorDeed::at);
    return all;
}

}  // namespace souk
