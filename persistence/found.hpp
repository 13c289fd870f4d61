#pragma once
// Entities read by key, many at once, of whichever tenants.

#include <utility>
#include <vector>

#include "domain/ids.hpp"

namespace souk {

/// In any order; what there is not is left out.
template <class IdType, class Entity>
using Found = std::vector<std::pair<OfTenant<IdType>, Entity>>;

/// The two arrays that a statement takes.
template <class IdType>
std::pair<std::vector<TenantId>, std::vector<IdType>> apart(
    const std::vector<OfTenant<IdType>>& keys) {
    std::pair<std::vector<TenantId>, std::vector<IdType>> arrays;
    for (const auto& [tenant, id] : keys) {
        arrays.first.push_back(tenant);
        arrays.second.push_back(id);
    }
    return arrays;
}

}  // namespace souk
