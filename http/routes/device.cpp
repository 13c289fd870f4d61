#include "http/routes/device.hpp"

#include "protocol/json.hpp"

namespace souk {

Device device_of(const Call& call) {
    constexpr std::size_t max_device = 255;
    const auto agent = call.request().header("user-agent");
    const bool is_kept = valid_utf8(agent) && agent.find('\0') == agent.npos;
    auto text = std::string(is_kept ? agent : std::string_view{}).substr(0, max_device);
    while (!valid_utf8(text)) text.pop_back();  // it was cut within a character
    return {std::move(text), call.request().remote_address, call.request_id(), call.tenant()};
}

}  // namespace souk
