#include "app/relay.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "persistence/transaction.hpp"

namespace souk {

Relay::Relay(RelayHandler handler, ConnectionOptions database, const Clock& clock,
             SupervisorDeeds* deeds, RelayPolicy policy)
    : handler_(std::move(handler)),
      database_(std::move(database)),
      clock_(clock),
      deeds_(deeds),
      policy_(policy) {
    figures_.name = handler_.name;
}

void Relay::start() {
    rounds_.start(policy_.interval, [this] { round(); });
}

void Relay::stop() {
    stopping_ = true;
    rounds_.stop();
}

RelayLine Relay::figures() const {
    const std::lock_guard lock(mutex_);
    return figures_;
}

void Relay::round() {
    if (clock_.now() < rests_until_) return;
    bool more = true;
    while (more && !stopping_) {
        const auto result = pass_on();
        note(result);
        more = result && *result;
    }
}

// An idle relay costs the one row that says where the outbox ends.
Result<bool> Relay::pass_on() {
    try {
        if (auto connected = connect(); !connected) return connected.error();
        const auto head = find_outbox_head(*db_);
        if (!head) return head.error();
        if (cursor_ >= 0) behind_ = *head - cursor_;
        if (*head == cursor_) return false;
        passed_ = 0;
        const auto more =
            in_transaction(*db_, [&](Connection& db) { return pass_on_piece(db, *head); });
        if (more) behind_ = *head - cursor_;
        if (more && passed_ > 0) note_passed();
        return more;
    } catch (const std::exception& error) {
        db_.reset();
        return refuse(ErrorCode::internal, error.what());
    }
}

Result<void> Relay::connect() {
    if (db_ && db_->usable()) return {};
    db_.reset();
    cursor_ = -1;
    auto opened = Connection::open(database_);
    if (!opened) return opened.error();
    if (auto begun = begin_relay(*opened, handler_.name, clock_.now()); !begun) return begun;
    db_.emplace(std::move(*opened));
    return {};
}

// What the head was told before the rows are read: all up to it are committed.
Result<bool> Relay::pass_on_piece(Connection& db, std::int64_t head) {
    const auto cursor = lock_relay(db, handler_.name);
    if (!cursor) return cursor.error();
    const auto until = std::min(head, *cursor + policy_.batch);
    if (until <= *cursor) {  // another server's relay was here
        cursor_ = *cursor;
        return false;
    }
    const auto events = find_events(db, *cursor, until, handler_.types);
    if (!events) return events.error();
    if (!events->empty())
        if (auto passed = handler_.pass_on(db, *events); !passed) return passed.error();
    if (auto moved = move_relay(db, handler_.name, until, clock_.now()); !moved)
        return moved.error();
    cursor_ = until;
    passed_ = static_cast<std::int64_t>(events->size());
    return until < head;
}

void Relay::note_passed() {
    tell("passed on", std::to_string(passed_) + (passed_ == 1 ? " event" : " events") + " up to " +
                          std::to_string(cursor_));
    const std::lock_guard lock(mutex_);
    figures_.passed_on += passed_;
}

void Relay::note(const Result<bool>& result) {
    if (result) {
        failures_ = 0;
        const std::lock_guard lock(mutex_);
        return figures_.last_error.clear();
    }
    cursor_ = -1;  // the commit may have failed
    rests_until_ = clock_.now() + longest_wait(policy_.retry, ++failures_);
    spdlog::warn("relay {}: {}", handler_.name, result.error().message);
    tell("failed", result.error().message);
    const std::lock_guard lock(mutex_);
    figures_.last_error = result.error().message;
    figures_.last_error_at = clock_.now();
}

void Relay::tell(const std::string& what, const std::string& detail) {
    if (deeds_ == nullptr) return;
    deeds_->note({clock_.now(), SupervisorKind::relays, what, handler_.name, detail});
}

}  // namespace souk
