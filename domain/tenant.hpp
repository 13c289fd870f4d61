#pragma once
// A marketplace of its own among those that one deployment hosts.

#include <optional>
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
    std::string site_url{};  // what links in its mails begin with; empty: the deployment's
};

/// What is not named stays as it is.
struct TenantChange {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> hosts;
    std::optional<std::string> site_url;
};

}  // namespace souk
