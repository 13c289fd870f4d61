#include "protocol/console_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::string overview_json(const Overview& overview) { return write_json(overview, 4096); }

}  // namespace souk
