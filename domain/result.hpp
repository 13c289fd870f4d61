#pragma once
// Expected failure: one error type for the whole server, named by what the caller should do.
// Which HTTP status and which code of the API an error becomes is decided in protocol/errors.

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace souk {

enum class ErrorCode {
    invalid_input,           // breaks the schema: mend the request
    unprocessable,           // well-formed, but breaks a business rule
    unauthenticated,         // no credentials, or ones that do not hold
    forbidden,               // known, but not allowed
    not_found,               // no such thing, or not the caller's to see
    method_not_allowed,      // the path exists, the method does not
    conflict,                // the thing's state does not allow it
    insufficient_stock,      // fewer units available than asked for
    payment_failed,          // the gateway declined
    gone,                    // it was there and has ended
    payload_too_large,       // larger than this server reads
    unsupported_media_type,  // not JSON
    idempotency_mismatch,    // the key was used for another request
    precondition_failed,     // If-Match names a version that is no longer current
    rate_limited,            // too many requests from this caller
    request_timeout,         // the request did not arrive in time
    unavailable,             // something below us is gone, or we are full: retry later
    internal,                // our own mistake
};

struct FieldError {
    std::string field;
    std::string message;
};

struct Error {
    ErrorCode code{ErrorCode::internal};
    std::string message;
    std::vector<FieldError> details{};
    int retry_after_s{0};  // 0: not stated
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error; reaching it is a mistake of ours.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
    throw std::logic_error("value() of an error: " + error.message);
}

inline Error refuse(ErrorCode code, std::string message) { return {code, std::move(message)}; }

inline Error refuse(ErrorCode code, std::string field, std::string message) {
    std::string summary = message;
    return {code, std::move(summary), {{std::move(field), std::move(message)}}};
}

}  // namespace souk
