#pragma once
// Time as the domain knows it: UTC, in microseconds (what PostgreSQL keeps), always handed in.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace souk {

using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// The only way to the time of day; the one real implementation lives in `app`.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
};

/// RFC 3339 in UTC with milliseconds: "2026-01-15T10:00:00.000Z".
std::string to_rfc3339(TimePoint time);
void append_rfc3339(std::string& out, TimePoint time);
/// "2026-01-15".
std::string to_date(TimePoint time);
/// Accepts any RFC 3339 date-time with an offset; nothing when malformed.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace souk
