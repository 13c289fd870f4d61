#include "actors/message_summary.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

namespace souk {
namespace {

struct Stage {
    std::string_view name;
    std::string_view words;  // of the sentence
    std::optional<std::int64_t> (*time)(const MessageLine&);
};

constexpr std::array<Stage, 4> stages{{
    {"queue", "waiting in its mailbox: more is asked of it than it does meanwhile",
     [](const MessageLine& line) { return std::optional{line.queue_ns}; }},
    {"handler", "in its own handler",
     [](const MessageLine& line) { return std::optional{line.handler_ns}; }},
    {"lane", "waiting for the lane: its changes queue for a batch",
     [](const MessageLine& line) { return line.lane_ns; }},
    {"commit", "in commits: the database takes that long",
     [](const MessageLine& line) { return line.commit_ns; }},
}};

/// The smallest value that so many of a hundred do not exceed. `times` are sorted.
std::int64_t percentile(const std::vector<std::int64_t>& times, std::size_t percent) {
    return times[(times.size() * percent + 99) / 100 - 1];
}

StageLine line_of(const Stage& stage, const std::vector<MessageLine>& messages) {
    std::vector<std::int64_t> times;
    for (const auto& message : messages)
        if (const auto time = stage.time(message)) times.push_back(*time);
    StageLine line{.stage = std::string{stage.name}};
    if (times.empty()) return line;
    std::ranges::sort(times);
    line.count = std::ssize(times);
    line.sum_ns = std::accumulate(times.begin(), times.end(), std::int64_t{0});
    line.p50_ns = percentile(times, 50);
    line.p95_ns = percentile(times, 95);
    line.max_ns = times.back();
    return line;
}

}  // namespace

ActorSummary summary_of(const std::vector<MessageLine>& messages) {
    ActorSummary summary{.messages = std::ssize(messages)};
    summary.sentence = "No message was timed since somebody looked.";
    if (messages.empty()) return summary;
    for (const auto& stage : stages) summary.stages.push_back(line_of(stage, messages));
    const auto largest = std::ranges::max_element(summary.stages, {}, &StageLine::sum_ns);
    std::int64_t whole = 0;
    for (const auto& stage : summary.stages) whole += stage.sum_ns;
    if (whole == 0) return summary;
    const auto& words = stages.at(static_cast<std::size_t>(largest - summary.stages.begin())).words;
    const auto percent = std::min<std::int64_t>(largest->sum_ns / ((whole + 99) / 100), 100);
    summary.sentence = std::to_string(percent) + " % of the time of its last " +
                       std::to_string(messages.size()) + " messages went by " + std::string{words} +
                       ".";
    return summary;
}

}  // namespace souk
