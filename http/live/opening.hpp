#pragma once
// What a handler asks for when a request is to become a stream of updates.

#include <optional>
#include <string>

#include "http/live/access.hpp"
#include "http/live/hub.hpp"
#include "http/live/key_watch.hpp"
#include "http/live/session.hpp"

namespace souk {

struct LiveOpening {
    LiveHub::Ticket ticket;
    LiveCaller caller;
    std::string request_id;
    KeyCheck key_check{};
    TopicCharge charge{};  // of a WebSocket, whose one request may ask for many topics
    // Of an event stream, which follows one topic from its beginning; a WebSocket says what it
    // wants.
    std::optional<Topic> topic{};
    std::optional<Version> has{};
};

}  // namespace souk
