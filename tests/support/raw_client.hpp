#pragma once
// A tiny HTTP client on a plain socket, which can say anything, right or wrong.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk {

struct RawResponse {
    int status{};
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;

    /// The first of that lower-case name; empty when there is none.
    std::string header(std::string_view name) const;
};

/// Throws std::runtime_error when the peer stays silent for ten seconds.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&&) = delete;
    ~RawClient();

    void send(std::string_view bytes);
    /// The next response; `without_body` for an answer to HEAD.
    RawResponse read(bool without_body = false);
    /// So many bytes, whatever they are. Throws when the peer closes before.
    std::string read_bytes(std::size_t count);
    /// Sends a whole request and reads its answer. `headers` are lines ended by CRLF.
    RawResponse ask(std::string_view method, std::string_view target, std::string_view headers = {},
                    std::string_view body = {});
    /// True when the peer closes without another byte.
    bool is_closed_by_peer();
    void finish_sending();

private:
    bool receive();
    std::string read_line();

    int socket_;
    std::string received_;
};

}  // namespace souk
