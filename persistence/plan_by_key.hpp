#pragma once

namespace souk {

/// For a connection on which everything is found by key, a few rows among many. Plans are made
/// once, when the tables may still be small, and must not turn into scans when they have grown.
/// Without it, what finds a handful of rows is planned anew every time, which costs more than
/// finding them.
inline constexpr const char* plan_by_key = R"(
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SET enable_bitmapscan = off; SET enable_material = off; SET enable_memoize = off; SET jit = off)";

}  // namespace souk
