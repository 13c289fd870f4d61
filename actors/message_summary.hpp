#pragma once
// Why is this actor slow? Where the time of its last messages went, and one sentence about it.

#include <vector>

#include "protocol/console.hpp"

namespace souk {

ActorSummary summary_of(const std::vector<MessageLine>& messages);

}  // namespace souk
