#pragma once
// All that is known of somebody, as one ZIP archive of JSON files. Read page by page; it waits for
// the database, so it runs on a thread that may.

#include <string>

#include "persistence/read_pool.hpp"
#include "protocol/accounts.hpp"

namespace souk {

/// `forbidden` unless the session has logged in lately, `unprocessable` for more than an archive
/// holds.
Result<std::string> personal_archive(ReadPool& db, const SignedIn& who, TimePoint now);

}  // namespace souk
