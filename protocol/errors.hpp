#pragma once
// The one table from what went wrong to what the API says about it.

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace souk {

struct ErrorFacts {
    int status{};            // of HTTP
    std::string_view code;   // of the API: "VALIDATION_ERROR"
    std::string_view title;  // the status in words
};

ErrorFacts facts_of(ErrorCode code);

/// The contract's envelope: {"error":{"code","message","details","requestId"}}.
std::string error_json(const Error& error, std::string_view request_id);

/// The same facts as RFC 9457, for `Accept: application/problem+json`.
std::string problem_json(const Error& error, std::string_view request_id);

}  // namespace souk
