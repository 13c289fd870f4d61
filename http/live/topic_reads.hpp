#pragma once
// Reads what topics show, the way REST does, on one thread of the server. What waits for rows when
// the thread ends is dropped.

#include <memory>
#include <vector>

#include "http/call.hpp"
#include "http/live/feed.hpp"

namespace souk {

/// The state that REST shows, whoever asks.
Task<Result<TopicState>> read_topic(Call& call, Topic topic);

class TopicReads final : public TopicSource {
public:
    /// Reads that wait keep the executor.
    TopicReads(const Services& services, std::weak_ptr<Executor> executor);
    ~TopicReads() override;

    void read(const Topic& topic, Done done) override;

private:
    struct Reading;
    static Task<bool> drive(Reading& reading);
    void finished(const Reading& reading);

    const Services& services_;
    const std::weak_ptr<Executor> executor_;
    std::vector<std::unique_ptr<Reading>> waiting_;
};

}  // namespace souk
