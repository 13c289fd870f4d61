#pragma once
// A feed on a thread that only moves when told, over things whose versions a test counts up.

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "http/live/feed.hpp"
#include "http/live/reader.hpp"

namespace souk {

class ManualHost final : public LiveHost {
public:
    void post(std::function<void()> work) override { posted.push_back(std::move(work)); }
    void wake_after(std::chrono::milliseconds time) override { wakes_at = now + time; }
    std::chrono::steady_clock::time_point live_now() const override { return now; }

    /// Runs what is posted, and what that posts.
    void run() {
        while (step()) {
        }
    }
    bool step() {
        if (posted.empty()) return false;
        const auto work = std::move(posted.front());
        posted.pop_front();
        work();
        return true;
    }

    std::deque<std::function<void()>> posted;
    std::chrono::steady_clock::time_point now{std::chrono::hours{1}};
    std::chrono::steady_clock::time_point wakes_at{};
};

/// Things by topic. With `slow`, a read waits until the test answers it.
class FakeSource final : public TopicSource {
public:
    void read(const Topic& topic, Done done) override {
        ++reads;
        if (slow) return waiting.push_back([this, topic, done] { answer(topic, done); });
        answer(topic, done);
    }
    void answer_all() {
        auto now = std::exchange(waiting, {});
        for (const auto& one : now) one();
    }

    std::map<Topic, TopicState> things;
    std::optional<Error> failure;
    bool slow{false};
    int reads{0};
    std::vector<std::function<void()>> waiting;

private:
    void answer(const Topic& topic, const Done& done) {
        if (failure) return done(*failure);
        const auto found = things.find(topic);
        if (found == things.end()) return done(refuse(ErrorCode::not_found, "nothing"));
        done(found->second);
    }
};

/// A reader whose socket takes a message when the test says so.
class FakeReader final : public LiveSink {
public:
    explicit FakeReader(LiveFeed& feed, FrameStyle style = FrameStyle::websocket)
        : reader(feed, *this, style) {}

    void send(Frame frame) override {
        under_way = frame;
        if (prompt) got.push_back(std::move(frame));
    }
    /// The socket has taken what was under way.
    void take() {
        if (!under_way) return;
        if (!prompt) got.push_back(under_way);
        under_way = nullptr;
        reader.sent();
    }
    std::vector<std::string> texts() const {
        std::vector<std::string> all;
        for (const auto& frame : got) all.push_back(*frame);
        return all;
    }

    LiveReader reader;
    bool prompt{false};
    Frame under_way;
    std::vector<Frame> got;
};

struct LiveWorld {
    explicit LiveWorld(LiveSettings with = {}) : hub(with) {}

    static Topic topic(std::uint8_t number) {
        Topic one{TopicKind::stock, {}};
        one.id.bytes[15] = number;
        return one;
    }
    /// As a commit does: published first, then told.
    void commit(const Topic& topic, Version version) {
        show(topic, version);
        hub.touch(topic);
    }
    void show(const Topic& topic, Version version) {
        source.things[topic].version = version;
        source.things[topic].data = "{\"n\":" + std::to_string(version) + "}";
    }
    /// Everything that can happen without time passing.
    void run() { host.run(); }
    void pass(std::chrono::milliseconds time) {
        host.now += time;
        if (host.now >= host.wakes_at) feed.wake();
        host.run();
    }
    /// Follows at once; the topic must be there.
    void follow(FakeReader& who, const Topic& what, std::optional<Version> has = std::nullopt) {
        feed.look(what, [&who, has](auto found) { who.reader.follow(found.value(), has); });
    }

    ManualHost host;
    FakeSource source;
    LiveHub hub;
    LiveFeed feed{hub, source, host};
};

inline std::string snapshot(Version version) {
    return "\"version\":" + std::to_string(version) +
           ",\"data\":{\"n\":" + std::to_string(version) + "}}";
}
inline std::string change(Version from, Version version) {
    return "\"from\":" + std::to_string(from) + "," + snapshot(version);
}

}  // namespace souk
