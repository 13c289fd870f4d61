#include "app/ctl/console_client.hpp"

#include "app/ctl/text_table.hpp"
#include "protocol/json.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds patience{30};

ErrorCode code_of(int status) {
    switch (status) {
        case 400:
            return ErrorCode::invalid_input;
        case 401:
            return ErrorCode::unauthenticated;
        case 403:
            return ErrorCode::forbidden;
        case 404:
            return ErrorCode::not_found;
        case 409:
            return ErrorCode::conflict;
        case 422:
            return ErrorCode::unprocessable;
        case 503:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::internal;
    }
}

/// "reason must be …", from the envelope; else just the status.
Error error_of(const HttpReply& reply) {
    Error error{code_of(reply.status), "the server answered " + std::to_string(reply.status)};
    const auto document = JsonDocument::parse(reply.body);
    if (!document) return error;
    const auto envelope = member_of(document->root(), "error");
    if (!envelope) return error;
    error.message = shown(member_of(*envelope, "message"), Show::text);
    const auto details = member_of(*envelope, "details");
    for (std::size_t i = 0; details && details->is_array() && i < details->size(); ++i)
        error.details.push_back({shown(member_of(details->item(i), "field"), Show::text),
                                 shown(member_of(details->item(i), "message"), Show::text)});
    return error;
}

}  // namespace

ConsoleClient::ConsoleClient(std::string url, std::string key)
    : url_(std::move(url)), key_(std::move(key)), http_({.max_answer_bytes = 16 * 1024 * 1024}) {}

Result<std::string> ConsoleClient::get(std::string_view path) {
    return send({.method = "GET", .url = url_ + "/api/v1/admin" + std::string{path}});
}

Result<std::string> ConsoleClient::post(std::string_view path, std::string body,
                                        std::string_view idempotency_key) {
    return send({.method = "POST",
                 .url = url_ + "/api/v1/admin" + std::string{path},
                 .headers = {"Content-Type: application/json",
                             "Idempotency-Key: " + std::string{idempotency_key}},
                 .body = std::move(body)});
}

Result<std::string> ConsoleClient::put(std::string_view path, std::string body) {
    return send({.method = "PUT",
                 .url = url_ + "/api/v1/admin" + std::string{path},
                 .headers = {"Content-Type: application/json"},
                 .body = std::move(body)});
}

Result<std::string> ConsoleClient::send(HttpCall call) {
    if (!is_safe_address(call.url))
        return refuse(ErrorCode::invalid_input,
                      "the URL must be https, or http on this machine: the key is a secret");
    call.headers.push_back("Authorization: Bearer " + key_);
    auto reply = http_.send(call, std::chrono::steady_clock::now() + patience);
    if (reply.outcome != HttpOutcome::answered)
        return refuse(ErrorCode::unavailable, url_ + " does not answer: " + reply.problem);
    if (reply.status >= 300) return error_of(reply);
    return std::move(reply.body);
}

std::string url_part(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == ':';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

}  // namespace souk
