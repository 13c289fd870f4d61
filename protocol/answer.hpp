#pragma once
// What a request comes to: an answer in bytes, or an error; and the handle through which it is
// given exactly once, from whichever thread gets there first.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "domain/guards.hpp"
#include "domain/result.hpp"

namespace souk {

/// A finished answer. The body is rendered before the commit, because it is stored with it.
struct Answer {
    int status{200};
    std::string body;
    std::string location;  // of what was created
    std::string etag;      // quoted
    std::string content_type{"application/json; charset=utf-8"};
    std::string cache_control;
    std::string set_cookie;
    std::string disposition;  // "attachment; filename=…", of what is to be kept as a file
    bool replayed{false};     // an earlier answer, given again
    bool streamed{false};     // the body follows, and is not of this answer
    /// Of a command to an order or a reservation: nothing was changed, all was so already.
    bool unchanged{false};
    bool key_stored{false};  // with the change it tells of, under the key of its request
};

using Outcome = Result<Answer>;

/// A callback that runs once. Whoever holds the last copy and never calls it answers
/// `unavailable`: a message lost with its actor still answers its caller.
template <class T>
class Promise {
public:
    Promise() = default;
    explicit Promise(std::function<void(T)> deliver)
        : state_(std::make_shared<State>(std::move(deliver))) {}

    void operator()(T value) const {
        if (state_ && !state_->done.exchange(true)) state_->deliver(std::move(value));
    }
    explicit operator bool() const { return state_ != nullptr; }

private:
    struct State {
        explicit State(std::function<void(T)> callback) : deliver(std::move(callback)) {}
        State(const State&) = delete;
        State& operator=(const State&) = delete;
        ~State() {
            if (!done && holds(Guard::every_reply_is_owed))
                deliver(T{Error{ErrorCode::unavailable, "the request was interrupted", {}, 1}});
        }
        std::function<void(T)> deliver;
        std::atomic<bool> done{false};
    };
    std::shared_ptr<State> state_;
};

using Reply = Promise<Outcome>;

}  // namespace souk
