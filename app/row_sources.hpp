#pragma once
// Where actors' rows come from: the repositories, each behind a connection that opens when it is
// first needed and again when it broke.

#include <functional>
#include <string>
#include <vector>

#include "actors/entity_system.hpp"
#include "actors/load_queue.hpp"
#include "domain/discount.hpp"
#include "persistence/connection.hpp"
#include "persistence/payment_repository.hpp"
#include "persistence/read_pool.hpp"

namespace souk {

EntitySources row_sources(const ConnectionOptions& options, ReadPool& reads);

/// Discounts by their codes in upper case.
LoadQueue<std::string, Discount>::Source discount_source(const ConnectionOptions& options);

/// Open attempts of payments that are to be asked again before a time, earliest first, at most so
/// many. Does not block; answers on any thread.
using FindDueAttempts = std::function<void(TimePoint before, std::size_t limit,
                                           std::function<void(Result<std::vector<PaymentDue>>)>)>;
FindDueAttempts due_attempt_source(ReadPool& reads);

}  // namespace souk
