#include "protocol/errors.hpp"

#include "protocol/error_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {

ErrorFacts facts_of(ErrorCode code) {
    using enum ErrorCode;
    switch (code) {
        case invalid_input:
            return {400, "VALIDATION_ERROR", "Bad Request"};
        case unprocessable:
            return {422, "VALIDATION_ERROR", "Unprocessable Entity"};
        case unauthenticated:
            return {401, "AUTHENTICATION_ERROR", "Unauthorized"};
        case forbidden:
            return {403, "AUTHORIZATION_ERROR", "Forbidden"};
        case not_found:
            return {404, "RESOURCE_NOT_FOUND", "Not Found"};
        case method_not_allowed:
            return {405, "METHOD_NOT_ALLOWED", "Method Not Allowed"};
        case conflict:
            return {409, "CONFLICT", "Conflict"};
        case insufficient_stock:
            return {409, "INVENTORY_ERROR", "Conflict"};
        case payment_failed:
            return {402, "PAYMENT_ERROR", "Payment Required"};
        case gone:
            return {410, "GONE", "Gone"};
        case payload_too_large:
            return {413, "PAYLOAD_TOO_LARGE", "Payload Too Large"};
        case unsupported_media_type:
            return {415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type"};
        case idempotency_mismatch:
            return {422, "IDEMPOTENCY_MISMATCH", "Unprocessable Entity"};
        case precondition_failed:
            return {412, "PRECONDITION_FAILED", "Precondition Failed"};
        case rate_limited:
            return {429, "RATE_LIMITED", "Too Many Requests"};
        // The contract has no code for a slow sender. Nothing in the request is wrong and sending
        // it again is right, which is what this code tells a client to do.
        case request_timeout:
            return {408, "SERVICE_UNAVAILABLE", "Request Timeout"};
        case unavailable:
            return {503, "SERVICE_UNAVAILABLE", "Service Unavailable"};
        case internal:
            return {500, "INTERNAL_ERROR", "Internal Server Error"};
    }
    return {500, "INTERNAL_ERROR", "Internal Server Error"};
}

std::string error_json(const Error& error, std::string_view request_id) {
    const ErrorFactsView facts{error, facts_of(error.code), request_id};
    return write_json(ErrorEnvelope{facts}, 256);
}

std::string problem_json(const Error& error, std::string_view request_id) {
    const ErrorFactsView facts{error, facts_of(error.code), request_id};
    return write_json(ProblemDetails{facts}, 256);
}

}  // namespace souk
