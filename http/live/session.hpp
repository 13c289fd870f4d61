#pragma once
// The conversation of one WebSocket: what a client says, and what is done about it. It knows no
// sockets.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/live/access.hpp"
#include "http/live/key_watch.hpp"
#include "http/live/reader.hpp"
#include "protocol/live_json.hpp"

namespace souk {

/// Takes one topic from the caller's budget; `rate_limited` when nothing is left. Answers on the
/// session's thread, perhaps at once. Null: there is no limit.
using TopicCharge = std::function<void(std::function<void(std::optional<Error>)>)>;

class LiveSession : public std::enable_shared_from_this<LiveSession> {
public:
    /// With nothing when the next message may come, else with why the connection must end.
    using Done = std::function<void(std::optional<Error> end)>;

    /// The reader must outlive the session. `request_id` names the connection in its errors.
    LiveSession(LiveFeed& feed, LiveReader& reader, std::shared_ptr<KeyWatch> key,
                std::string request_id, TopicCharge charge = {});

    /// Takes one message. The next may come when it is done with.
    void receive(std::string_view text, Done done);

private:
    /// A subscription whose topics are being looked up.
    struct Pending {
        SubscribeMessage message;
        LiveCaller caller;
        std::vector<std::optional<Error>> refusals;  // as the topics
        std::vector<TopicHold> holds;
        std::size_t next{};       // to be looked up
        std::size_t under_way{};  // of those before
        Done done;
    };

    bool take_token();
    void subscribe(SubscribeMessage message, Done done);
    void look_up_all(SubscribeMessage message, Done done);
    void unsubscribe(const UnsubscribeMessage& message);
    void look_up_more();
    void look_up(std::size_t index);
    void charged(std::size_t index, std::optional<Error> refusal);
    void looked(std::size_t index, Result<std::shared_ptr<LiveTopic>> found);
    void finish_subscribe();
    void refuse_message(std::string_view id, const Error& error);

    LiveFeed& feed_;
    LiveReader& reader_;
    const std::shared_ptr<KeyWatch> key_;
    const std::string request_id_;
    const TopicCharge charge_;
    std::optional<Pending> pending_;
    bool looking_up_{false};
    std::int64_t tokens_;
    std::chrono::steady_clock::time_point refilled_at_;
};

}  // namespace souk
