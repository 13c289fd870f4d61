#pragma once
// A marketplace of its own among those that one deployment hosts.

#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/time.hpp"

namespace souk {

struct Tenant {
    TenantId id;
    std::string slug;  // lower case, digits and hyphens; how people name it
    std::string name;
    std::vector<std::string> hosts;  // whose requests are for it
    TimePoint created_at;
};

}  // namespace souk
