#include "http/response_writer.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace souk {
namespace {

// 001's five.
constexpr std::string_view security_headers =
    "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "X-XSS-Protection: 1; mode=block\r\n"
    "Content-Security-Policy: default-src 'self'\r\n";

void append_number(std::string& out, std::size_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

}  // namespace

void append_response(std::string& out, const Response& response, std::string_view date,
                     KeepAlive keep_alive, bool without_body) {
    constexpr std::size_t room_for_headers = 1'024;
    out.reserve(out.size() + room_for_headers + response.body.size());
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(response.status));
    out += ' ';
    out += reason_of(response.status);
    out += "\r\n";
    out += date;
    if (!response.content_type.empty()) {
        out += "Content-Type: ";
        out += response.content_type;
        out += "\r\n";
    }
    if (response.status != 204 && response.status != 304 && !response.streamed) {
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    out += security_headers;
    out += response.headers;
    if (keep_alive == KeepAlive::no) out += "Connection: close\r\n";
    if (keep_alive == KeepAlive::said) out += "Connection: keep-alive\r\n";
    out += "\r\n";
    if (!without_body) out += response.body;
}

std::string date_line(TimePoint now) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto midnight = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - midnight));
    char line[64];
    std::snprintf(line, sizeof line, "Date: %s, %02u %s %04d %02d:%02d:%02d GMT\r\n",
                  days[std::chrono::weekday(midnight).c_encoding()],
                  static_cast<unsigned>(date.day()),
                  months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return line;
}

}  // namespace souk
