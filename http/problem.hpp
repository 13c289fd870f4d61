#pragma once
// An error on its way out: the contract's envelope, or RFC 9457 for whoever asks for it.

#include <string_view>

#include "domain/result.hpp"
#include "http/response.hpp"

namespace souk {

bool wants_problem_json(std::string_view accept);

/// `status` 0 takes the error's own. A 503 always says when to try again.
Response problem(const Error& error, std::string_view request_id, bool as_problem_json,
                 int status = 0);

}  // namespace souk
