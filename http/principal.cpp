#include "http/principal.hpp"

#include <algorithm>

namespace souk {

bool Principal::has_scope(std::string_view scope) const {
    return std::any_of(scopes.begin(), scopes.end(),
                       [&](const std::string& held) { return held == scope || held == "admin"; });
}

std::string Principal::actor() const { return is_guest() ? "guest" : to_text(key_id); }

}  // namespace souk
