#pragma once
// From what a batch has changed to who is told.

#include <span>
#include <vector>

#include "domain/change.hpp"
#include "http/live/hub.hpp"

namespace souk {

/// The topics that a batch touches, each once.
std::vector<Topic> topics_of(std::span<const ChangeSet* const> batch);

/// For the lane's thread, once the batch is committed and published; next to nothing while nobody
/// follows anything.
void tell_readers(LiveHub& live, std::span<const ChangeSet* const> batch);

}  // namespace souk
