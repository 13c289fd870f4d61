#include "http/problem.hpp"

#include <algorithm>
#include <string>

#include "protocol/errors.hpp"

namespace souk {

bool wants_problem_json(std::string_view accept) {
    return accept.find("application/problem+json") != accept.npos;
}

Response problem(const Error& error, std::string_view request_id, bool as_problem_json,
                 int status) {
    Response response;
    response.status = status != 0 ? status : facts_of(error.code).status;
    if (as_problem_json) {
        response.body = problem_json(error, request_id);
        response.content_type = "application/problem+json";
    } else {
        response.body = error_json(error, request_id);
        response.content_type = "application/json; charset=utf-8";
    }
    int retry_after_s = error.retry_after_s;
    if (response.status == 503) retry_after_s = std::max(retry_after_s, 1);
    if (retry_after_s > 0) response.add_header("Retry-After", std::to_string(retry_after_s));
    if (response.status == 401) response.add_header("WWW-Authenticate", "Bearer");
    response.add_header("Cache-Control", "no-store");
    return response;
}

}  // namespace souk
