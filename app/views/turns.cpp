#include "app/views/turns.hpp"

#include <utility>

namespace souk {

bool Turns::take(Work work) {
    {
        const std::lock_guard lock(mutex_);
        if (taken_) {
            if (waiting_.size() >= most_waiting_) return false;
            waiting_.push_back(std::move(work));
            return true;
        }
        taken_ = true;
    }
    work(make_turn());
    return true;
}

// The turn may outlive what it is a turn of.
Turns::Turn Turns::make_turn() {
    return Turn(this, [weak = weak_from_this()](const void*) {
        if (const auto turns = weak.lock()) turns->end_turn();
    });
}

void Turns::end_turn() {
    Work next;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            taken_ = false;
            return;
        }
        next = std::move(waiting_.front());
        waiting_.pop_front();
    }
    next(make_turn());
}

}  // namespace souk
