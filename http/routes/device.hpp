#pragma once
// From where a request comes, for sessions and the audit.

#include "http/call.hpp"

namespace souk {

Device device_of(const Call& call);

}  // namespace souk
