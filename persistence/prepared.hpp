#pragma once

namespace souk {

/// A statement that the batch writer prepares once per connection.
struct Prepared {
    const char* name;
    const char* sql;
};

}  // namespace souk
