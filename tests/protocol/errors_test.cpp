#include "protocol/errors.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("every error has the status and the code of the contract", "[protocol][errors]") {
    using enum ErrorCode;
    const struct {
        ErrorCode error;
        int status;
        std::string_view code;
    } rows[] = {
        {invalid_input, 400, "VALIDATION_ERROR"},
        {unprocessable, 422, "VALIDATION_ERROR"},
        {unauthenticated, 401, "AUTHENTICATION_ERROR"},
        {forbidden, 403, "AUTHORIZATION_ERROR"},
        {not_found, 404, "RESOURCE_NOT_FOUND"},
        {method_not_allowed, 405, "METHOD_NOT_ALLOWED"},
        {conflict, 409, "CONFLICT"},
        {insufficient_stock, 409, "INVENTORY_ERROR"},
        {payment_failed, 402, "PAYMENT_ERROR"},
        {gone, 410, "GONE"},
        {payload_too_large, 413, "PAYLOAD_TOO_LARGE"},
        {unsupported_media_type, 415, "UNSUPPORTED_MEDIA_TYPE"},
        {idempotency_mismatch, 422, "IDEMPOTENCY_MISMATCH"},
        {precondition_failed, 412, "PRECONDITION_FAILED"},
        {rate_limited, 429, "RATE_LIMITED"},
        {request_timeout, 408, "SERVICE_UNAVAILABLE"},
        {unavailable, 503, "SERVICE_UNAVAILABLE"},
        {internal, 500, "INTERNAL_ERROR"},
    };
    for (const auto& [error, status, code] : rows) {
        CHECK(facts_of(error).status == status);
        CHECK(facts_of(error).code == code);
        CHECK_FALSE(facts_of(error).title.empty());
    }
}

TEST_CASE("an error is told in the contract's envelope", "[protocol][errors]") {
    const Error error{ErrorCode::invalid_input, "Invalid input data", {{"email", "is required"}}};
    CHECK(error_json(error, "req_1") ==
          R"({"error":{"code":"VALIDATION_ERROR","message":"Invalid input data",)"
          R"("details":[{"field":"email","message":"is required"}],"requestId":"req_1"}})");
    CHECK(error_json(refuse(ErrorCode::not_found, "no \"such\" cart"), "r") ==
          R"({"error":{"code":"RESOURCE_NOT_FOUND","message":"no \"such\" cart",)"
          R"("details":[],"requestId":"r"}})");
}

TEST_CASE("RFC 9457 tells the same facts", "[protocol][errors]") {
    const Error error{ErrorCode::gone, "the cart has expired"};
    CHECK(problem_json(error, "req_1") ==
          R"({"type":"about:blank","title":"Gone","status":410,"detail":"the cart has expired",)"
          R"("code":"GONE","errors":[],"requestId":"req_1"})");
}
