#pragma once

namespace souk {

/// A statement that the batch writer prepares once per connection.
struct PreparedStatement {
    const char* name;
    const char* sql;
};

}  // namespace souk
