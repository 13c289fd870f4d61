#include "http/live/connection.hpp"

namespace souk {
namespace {

constexpr std::chrono::milliseconds time_for_goodbye{2'000};

std::atomic<std::int64_t>& gauge_of(LiveHub& hub, FrameStyle style) {
    auto& counters = hub.counters();
    return style == FrameStyle::websocket ? counters.websockets : counters.event_streams;
}

}  // namespace

LiveConnection::LiveConnection(Loop& loop, const LiveOpening& opening, FrameStyle style)
    : loop_(loop),
      feed_(loop.feed()),
      ticket_(opening.ticket),
      style_(style),
      beat_at_(loop.tick_after(feed_.hub().settings().ping_interval)) {
    reader_.emplace(feed_, static_cast<LiveSink&>(*this), style);
    key_ = std::make_shared<KeyWatch>(*reader_, opening.caller, opening.key_check);
    ++gauge_of(feed_.hub(), style);
}

LiveConnection::~LiveConnection() = default;

void LiveConnection::tick(std::uint64_t now) {
    const auto& settings = feed_.hub().settings();
    if (closed_) return;
    if (ending_) {
        if (now >= ended_by_) close();
        return;
    }
    if (is_silent(now) || (sent_by_ != 0 && now >= sent_by_)) {
        ++feed_.hub().counters().timed_out;
        return close();
    }
    if (now >= beat_at_) {
        beat_at_ = loop_.tick_after(settings.ping_interval);
        beat();
        check_key();
    }
    if (winding_up_) end_when_flushed();
}

bool LiveConnection::is_silent(std::uint64_t now) const {
    const auto most = loop_.tick_after(feed_.hub().settings().silence_timeout) - now;
    return hearing_ && now - heard_at_ > most;
}

// A key that cannot be looked up now is looked up at the next beat.
void LiveConnection::check_key() {
    if (ending()) return;
    key_->ask([weak = weak_self()](const std::optional<Error>& refusal) {
        const auto self = weak.lock();
        if (self && !self->ending() && refusal && KeyWatch::must_end(*refusal))
            self->turn_out(*refusal);
    });
}

void LiveConnection::wind_up() {
    winding_up_ = true;
    end_when_flushed();
}

// What requests under way still commit goes out first, as long as the server waits for them.
void LiveConnection::end_when_flushed() {
    const bool quiet = loop_.state().requests == 0 && feed_.settled() && reader_->idle();
    if ((quiet || loop_.stop_is_near()) && !ending_) go_away();
}

void LiveConnection::begin_hearing() {
    hearing_ = true;
    heard();
}

void LiveConnection::begin_sending() {
    sent_by_ = loop_.tick_after(feed_.hub().settings().send_timeout);
}

void LiveConnection::frame_sent() {
    sent_by_ = 0;
    if (reader_) reader_->sent();
}

void LiveConnection::begin_end() {
    ending_ = true;
    stop_hearing();
    key_.reset();
    reader_.reset();
    ended_by_ = loop_.tick_after(time_for_goodbye);
}

void LiveConnection::close() {
    if (closed_) return;
    closed_ = true;
    stop_hearing();
    key_.reset();
    reader_.reset();
    --gauge_of(feed_.hub(), style_);
    close_socket();
    loop_.remove(*this);
}

}  // namespace souk
