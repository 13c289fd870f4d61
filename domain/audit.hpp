#pragma once
// Who did what to what, and why: a row that is written once, in the commit of its effect where
// there is one, and never changed.

#include <cstdint>
#include <string>

#include "domain/ids.hpp"

namespace souk {

struct AuditEntry {
    AuditId id;
    std::string actor;       // the API key's id
    std::string actor_name;  // as the key is called
    std::string action;      // "actors.passivate"
    std::string target;      // "stock var_…:vend_…"; empty: the server
    std::string reason;
    std::string request_id;
    std::int64_t touched{};
    std::string before;  // JSON
    std::string after;   // JSON
};

}  // namespace souk
