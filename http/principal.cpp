#include "http/principal.hpp"

#include <algorithm>

namespace souk {

bool Principal::has_scope(std::string_view scope) const {
    return std::any_of(scopes.begin(), scopes.end(),
                       [&](const std::string& held) { return held == scope || held == "admin"; });
}

std::string Principal::actor() const {
    switch (kind) {
        case Kind::guest:
            break;
        case Kind::api_key:
            return to_text(key_id);
        case Kind::user:
            return to_text(user_id);
    }
    return "guest";
}

}  // namespace souk
