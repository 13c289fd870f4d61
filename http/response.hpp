#pragma once
// An answer on its way to the wire: what the connection writes after its own fixed headers.

#include <string>
#include <string_view>

namespace souk {

struct Response {
    int status{200};
    std::string body;
    std::string content_type;  // empty: no body, whatever the status
    std::string headers;       // further lines, each ended by CRLF
    bool close{false};         // end the connection after it
    bool streamed{false};      // the body's length is not known; it ends with the connection

    void add_header(std::string_view name, std::string_view value) {
        headers += name;
        headers += ": ";
        headers += value;
        headers += "\r\n";
    }
};

/// "Not Found".
std::string_view reason_of(int status);

}  // namespace souk
