#include "protocol/envelope.hpp"

#include "protocol/json.hpp"

namespace souk {

std::string enveloped(std::string_view data, std::string_view message) {
    std::string text;
    text.reserve(data.size() + message.size() + 32);
    JsonWriter out{text};
    out.begin_object();
    out.key("data");
    out.raw(data);
    if (!message.empty()) {
        out.key("message");
        out.string(message);
    }
    out.end_object();
    return text;
}

}  // namespace souk
