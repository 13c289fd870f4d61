#pragma once
// Who asks. Guests and API keys today; signed-in users will be one more kind, from the same stage.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"

namespace souk {

struct Principal {
    enum class Kind { guest, api_key };

    Kind kind{Kind::guest};
    ApiKeyId key_id;                 // nil for a guest
    std::optional<VendorId> vendor;  // set: may touch only this vendor's things
    std::vector<std::string> scopes;
    std::int64_t requests_per_minute{};  // of the key; 0: no limit
    std::string name;                    // as the key is called

    bool is_guest() const { return kind == Kind::guest; }
    /// "admin" holds every scope.
    bool has_scope(std::string_view scope) const;
    /// How histories and logs name the principal: "guest", or the key's id.
    std::string actor() const;
};

}  // namespace souk
