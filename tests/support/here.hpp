#pragma once
// Ids in the default marketplace.

#include <initializer_list>
#include <vector>

#include "domain/ids.hpp"

namespace souk {

template <class IdType>
std::vector<OfTenant<IdType>> here(std::initializer_list<IdType> ids) {
    std::vector<OfTenant<IdType>> keys;
    for (const auto& id : ids) keys.push_back({default_tenant, id});
    return keys;
}

}  // namespace souk
