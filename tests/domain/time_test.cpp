#include "domain/time.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

TEST_CASE("time is written in UTC with milliseconds", "[domain][time]") {
    const TimePoint time = std::chrono::sys_days{std::chrono::year{2026} / 1 / 15} + 10h + 5ms;
    CHECK(to_rfc3339(time) == "2026-01-15T10:00:00.005Z");
    CHECK(to_date(time) == "2026-01-15");
}

TEST_CASE("RFC 3339 with any offset is the same moment", "[domain][time]") {
    const auto utc = parse_rfc3339("2026-01-15T10:00:00Z").value();
    CHECK(parse_rfc3339("2026-01-15T13:00:00+03:00") == utc);
    CHECK(parse_rfc3339("2026-01-15t04:30:00.000-05:30") == utc);
    CHECK(parse_rfc3339("2026-01-15T10:00:00.123456789Z") == utc + 123456us);
}

TEST_CASE("what is not RFC 3339 is refused", "[domain][time]") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "2026-01-15", "2026-01-15T10:00:00", "2026-02-30T10:00:00Z",
                 "2026-13-01T10:00:00Z", "2026-01-15T24:00:00Z", "2026-01-15T10:60:00Z",
                 "2026-01-15T10:00:00.Z", "2026-01-15T10:00:00+3:00", "2026-01-15T10:00:00Zx",
                 "20260115T100000Z", "2026-01-15T10:00:00.1234567890Z");
    CHECK_FALSE(parse_rfc3339(text).has_value());
}
