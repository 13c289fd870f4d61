#pragma once
// One HTTP request as the stages and routes see it: already parsed, decoded and within the limits.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"

namespace souk {

enum class Method { get, head, post, put, patch, del, options, other };

/// "GET"; for `other` an empty text.
std::string_view to_text(Method method);
Method method_of(std::string_view text);

using NameValue = std::pair<std::string, std::string>;

struct Request {
    Method method{Method::get};
    std::string target;              // as it was sent
    std::string path;                // decoded, without the query
    std::vector<NameValue> query;    // decoded, in the order sent
    std::vector<NameValue> headers;  // names in lower case
    std::string body;
    std::string remote_address;

    /// The first header of that lower-case name; empty when there is none.
    std::string_view header(std::string_view name) const;
    bool has_header(std::string_view name) const;
};

/// The name in a Host header, in lower case, without its port.
std::string host_name_of(std::string_view host);

/// Fills path and query from a target in origin form (or in absolute form, as a proxy would send
/// it). `invalid_input` for broken escapes, control characters and bad UTF-8; an escaped slash is
/// one of those, so that a path has the same segments before and after decoding.
Result<bool> read_target(Request& request);

}  // namespace souk
