#include "actors/message_summary.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

MessageLine message(std::int64_t queue, std::int64_t handler, std::optional<std::int64_t> lane = {},
                    std::optional<std::int64_t> commit = {}) {
    MessageLine line;
    line.queue_ns = queue;
    line.handler_ns = handler;
    line.lane_ns = lane;
    line.commit_ns = commit;
    return line;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an actor's summary names where most of its time went", "[actors][console]") {
    CHECK(contains(summary_of({message(8'000, 1'000), message(0, 1'000)}).sentence,
                   "80 % of the time of its last 2 messages went by waiting in its mailbox"));
    CHECK(contains(summary_of({message(1, 1'000)}).sentence, "in its own handler"));
    CHECK(contains(summary_of({message(1, 1, 1'000, 10)}).sentence, "waiting for the lane"));
    CHECK(contains(summary_of({message(1, 1, 10, 1'000)}).sentence, "in commits"));
}

TEST_CASE("sums and percentiles are over the messages that came that way", "[actors][console]") {
    std::vector<MessageLine> messages;
    for (std::int64_t i = 1; i <= 100; ++i)
        messages.push_back(i % 2 == 0 ? message(i * 10, i, 5, i) : message(i * 10, i));
    const auto summary = summary_of(messages);
    CHECK(summary.messages == 100);
    REQUIRE(summary.stages.size() == 4);
    const auto& queue = summary.stages[0];
    CHECK(queue.stage == "queue");
    CHECK(queue.count == 100);
    CHECK(queue.sum_ns == 50'500);
    CHECK(queue.p50_ns == 500);
    CHECK(queue.p95_ns == 950);
    CHECK(queue.max_ns == 1'000);
    const auto& commit = summary.stages[3];
    CHECK(commit.count == 50);
    CHECK(commit.p50_ns == 50);
    CHECK(commit.max_ns == 100);
}

TEST_CASE("an actor without a message is slow for no reason", "[actors][console]") {
    CHECK(summary_of({}).stages.empty());
    CHECK(contains(summary_of({}).sentence, "No message was timed"));
    const auto reads = summary_of({message(0, 0)});
    CHECK(reads.stages.at(2).count == 0);
    CHECK(contains(reads.sentence, "No message was timed"));
}
