#pragma once
// One piece of work at a time, in the order of asking, whatever threads it begins and ends on.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace souk {

class Turns : public std::enable_shared_from_this<Turns> {
public:
    /// Held while the work goes on; it ends with the last copy.
    using Turn = std::shared_ptr<const void>;
    using Work = std::function<void(Turn)>;

    explicit Turns(std::size_t most_waiting) : most_waiting_(most_waiting) {}

    /// Begins the work now or when those before have ended. False when too many wait.
    bool take(Work work);

private:
    Turn make_turn();
    void end_turn();

    const std::size_t most_waiting_;
    std::mutex mutex_;
    bool taken_{false};
    std::deque<Work> waiting_;
};

}  // namespace souk
