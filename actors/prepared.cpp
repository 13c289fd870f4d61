#include "actors/prepared.hpp"

#include <algorithm>
#include <mutex>

namespace souk {
namespace {

/// Collects the answers of a joint preparation. Lives in the promises it gave out.
class Gathering {
public:
    Gathering(std::size_t count, std::function<void(JointResult)> done)
        : missing_(count), done_(std::move(done)) {}

    void add(std::size_t index, Result<PreparedPtr> answer) {
        std::unique_lock lock(mutex_);
        if (answer)
            result_.prepared.push_back(std::move(*answer));
        else
            result_.refusals.emplace_back(index, answer.error());
        if (--missing_ > 0) return;
        lock.unlock();
        std::ranges::sort(result_.refusals, {}, &std::pair<std::size_t, Error>::first);
        done_(std::move(result_));
    }

private:
    std::mutex mutex_;
    std::size_t missing_;
    JointResult result_;
    std::function<void(JointResult)> done_;
};

}  // namespace

void prepare_jointly(const std::vector<JointPart>& parts, std::function<void(JointResult)> done) {
    auto gathering = std::make_shared<Gathering>(parts.size(), std::move(done));
    for (std::size_t i = 0; i < parts.size(); ++i)
        parts[i](Promise<Result<PreparedPtr>>(
            [gathering, i](Result<PreparedPtr> answer) { gathering->add(i, std::move(answer)); }));
}

}  // namespace souk
