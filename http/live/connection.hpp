#pragma once
// A connection that has become a stream of updates: its deadlines and its end. How bytes go out is
// the concern of websocket.cpp and event_stream.cpp.

#include <memory>
#include <optional>

#include "http/live/key_watch.hpp"
#include "http/live/opening.hpp"
#include "http/live/reader.hpp"
#include "http/loop.hpp"

namespace souk {

class LiveConnection : public HttpConnection, protected LiveSink {
public:
    LiveConnection(Loop& loop, const LiveOpening& opening, FrameStyle style);
    ~LiveConnection() override;

    void start_refused() override {}
    void answered() override {}
    void tick(std::uint64_t now) override;
    void wind_up() override;
    void close() override;

protected:
    /// Sends one frame and then calls `frame_sent`.
    void send(Frame frame) override = 0;
    /// Shows the client that the connection stands.
    virtual void beat() = 0;
    /// Ends it politely, because the server stops.
    virtual void go_away() = 0;
    /// Ends it because the client may not go on.
    virtual void turn_out(const Error& why) = 0;
    virtual void close_socket() = 0;
    /// Nothing the client says counts any more; its reader is about to go.
    virtual void stop_hearing() {}
    virtual std::weak_ptr<LiveConnection> weak_self() = 0;

    void begin_sending();
    void frame_sent();
    /// From now on the client must show now and then that it is there.
    void begin_hearing();
    /// Something came from the client.
    void heard() { heard_at_ = loop_.now(); }
    /// Nothing it says is taken in, so its silence means nothing.
    void pause_hearing() { hearing_ = false; }
    /// The last words are being said; whatever happens, it ends soon.
    void begin_end();
    bool ending() const { return ending_ || closed_; }
    bool closed() const { return closed_; }

    Loop& loop_;
    LiveFeed& feed_;
    std::optional<LiveReader> reader_;  // nothing once it ends
    std::shared_ptr<KeyWatch> key_;     // the same

private:
    bool is_silent(std::uint64_t now) const;
    void check_key();
    void end_when_flushed();

    const LiveHub::Ticket ticket_;
    const FrameStyle style_;
    std::uint64_t heard_at_{0};
    std::uint64_t beat_at_;
    std::uint64_t sent_by_{0};  // 0: nothing is being sent
    std::uint64_t ended_by_{0};
    bool hearing_{false};
    bool winding_up_{false};
    bool ending_{false};
    bool closed_{false};
};

/// Takes the socket over after a request that asked for it. `response` is what its answer says.
template <class Stream>
std::shared_ptr<HttpConnection> make_websocket(Loop& loop, Stream stream, const Request& request,
                                               const Response& response,
                                               const LiveOpening& opening);
template <class Stream>
std::shared_ptr<HttpConnection> make_event_stream(Loop& loop, Stream stream,
                                                  const Response& response,
                                                  const LiveOpening& opening);

}  // namespace souk
