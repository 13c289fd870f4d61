#pragma once
// Where actors' rows come from: the repositories, each behind a connection that opens when it is
// first needed and again when it broke.

#include "actors/entity_system.hpp"
#include "persistence/connection.hpp"
#include "persistence/read_pool.hpp"

namespace souk {

EntitySources row_sources(const ConnectionOptions& options, ReadPool& reads);

}  // namespace souk
