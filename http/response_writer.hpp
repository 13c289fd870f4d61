#pragma once
// From a Response to the bytes of one write, with the headers that every answer bears.

#include <string>
#include <string_view>

#include "domain/time.hpp"
#include "http/response.hpp"

namespace souk {

enum class KeepAlive { no, by_default, said };

/// `date` is a whole header line.
void append_response(std::string& out, const Response& response, std::string_view date,
                     KeepAlive keep_alive, bool without_body);

/// "Date: Sat, 21 Nov 2026 15:00:00 GMT" with its CRLF.
std::string date_line(TimePoint now);

}  // namespace souk
