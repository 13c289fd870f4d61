#pragma once
// Asks the console's API.

#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "gateways/http_client.hpp"

namespace souk {

class ConsoleClient {
public:
    ConsoleClient(std::string url, std::string key);

    /// The answer's body. `path` is below /api/v1/admin. An answer that is no success becomes the
    /// error it carries; `unavailable` when there is none.
    Result<std::string> get(std::string_view path);
    /// Done once under this key, however often it is sent.
    Result<std::string> post(std::string_view path, std::string body,
                             std::string_view idempotency_key);

    Result<std::string> put(std::string_view path, std::string body);

private:
    Result<std::string> send(HttpCall call);

    std::string url_;
    std::string key_;
    HttpClient http_;
};

/// A word as a part of a path or query.
std::string url_part(std::string_view text);

}  // namespace souk
