#include "loadtest/schedule.hpp"

#include <utility>

namespace souk::load {

void Schedule::next(Send send) {
    if (stopped_) return;
    if (per_s_ == 0) return send(Clock::now());
    if (began_at_ == Clock::time_point{}) began_at_ = Clock::now();
    free_.push_back(std::move(send));
    if (free_.size() == 1) dispatch();
}

void Schedule::stop() {
    stopped_ = true;
    free_.clear();
    timer_.cancel();
}

std::uint64_t Schedule::behind() const {
    if (per_s_ == 0 || began_at_ == Clock::time_point{}) return 0;
    const std::chrono::duration<double> running = Clock::now() - began_at_;
    const auto due = static_cast<std::uint64_t>(running.count() * per_s_);
    return due > sent_ ? due - sent_ : 0;
}

Schedule::Clock::time_point Schedule::due_at(std::uint64_t number) const {
    const std::chrono::duration<double> after(static_cast<double>(number) / per_s_);
    return began_at_ + std::chrono::duration_cast<Clock::duration>(after);
}

void Schedule::await() {
    timer_.expires_at(due_at(sent_));
    timer_.async_wait([this](const auto& failed) {
        if (!failed) dispatch();
    });
}

void Schedule::dispatch() {
    while (!free_.empty() && due_at(sent_) <= Clock::now()) {
        const auto due = due_at(sent_++);
        const auto send = std::move(free_.front());
        free_.pop_front();
        send(due);
    }
    if (!free_.empty() && !stopped_) await();
}

}  // namespace souk::load
