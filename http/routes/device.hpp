#pragma once
// From where a request comes, as the list of sessions shows it.

#include "http/call.hpp"
#include "protocol/accounts.hpp"

namespace souk {

Device device_of(const Call& call);

}  // namespace souk
