#include "actors/message_watch.hpp"

#include <algorithm>

namespace souk {
namespace {

constexpr Duration watch_time = std::chrono::seconds{10};
constexpr std::size_t max_records = 8'192;
constexpr std::size_t max_requests = 4'096;
constexpr std::size_t max_followed = 16;
constexpr std::size_t max_of_one = 50;       // of an actor
constexpr std::size_t max_of_request = 500;  // more than a request can ask of actors

template <class Ring, class Value>
void push(Ring& ring, Value value, std::size_t limit) {
    if (ring.size() >= limit) ring.pop_front();
    ring.push_back(std::move(value));
}

std::optional<std::int64_t> known(std::int64_t nanoseconds) {
    return nanoseconds < 0 ? std::nullopt : std::optional{nanoseconds};
}

}  // namespace

std::optional<TracePage> trace_of(const MessageWatch& watch, const std::string& request_id) {
    TracePage page{.request_id = request_id};
    page.request = watch.request(request_id);
    page.messages = watch.messages_of(request_id);
    if (!page.request && page.messages.empty()) return std::nullopt;
    for (const auto& message : page.messages) {
        page.queue_ns += message.queue_ns;
        page.handler_ns += message.handler_ns;
        page.lane_ns += message.lane_ns.value_or(0);
        page.commit_ns += message.commit_ns.value_or(0);
    }
    if (!page.request) return page;
    const auto took = std::chrono::nanoseconds{page.request->took_ns};
    const auto began_at = page.request->at - std::chrono::ceil<Duration>(took);
    page.incomplete = !watch.has_all_since(began_at);
    const auto known = page.queue_ns + page.handler_ns + page.lane_ns + page.commit_ns;
    if (!page.incomplete) page.elsewhere_ns = std::max<std::int64_t>(took.count() - known, 0);
    return page;
}

MessageLine line_of(const MessageRecord& record) {
    return {record.at,
            record.kind,
            record.id,
            record.request_id,
            std::string{record.what},
            record.queue_ns,
            record.handler_ns,
            known(record.lane_ns),
            known(record.commit_ns),
            record.crashed};
}

void MessageWatch::look(TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (!on()) complete_from_ = now;
    until_ = now + watch_time;
    on_ = true;
}

void MessageWatch::tick(TimePoint now) {
    if (!on()) return;
    const std::lock_guard lock(mutex_);
    if (now < until_) return;
    on_ = false;
    records_ = {};
    requests_ = {};
    followed_.clear();
}

void MessageWatch::follow(EntityKind kind, const std::string& id) {
    const std::lock_guard lock(mutex_);
    const EntityName name{kind, id};
    if (followed_.contains(name)) {
        followed_[name].since = until_;
        return;
    }
    if (followed_.size() >= max_followed)
        followed_.erase(std::ranges::min_element(followed_, {},
                                                 [](const auto& one) { return one.second.since; }));
    auto& followed = followed_[name];
    followed.since = until_;
    for (const auto& record : records_)
        if (record->kind == kind && record->id == id) push(followed.records, record, max_of_one);
}

void MessageWatch::note(const MessageRecordPtr& record) {
    mailbox_waits_.record(record->queue_ns);
    handling_.record(record->handler_ns);
    const std::lock_guard lock(mutex_);
    if (records_.size() >= max_records)
        complete_from_ = std::max(complete_from_, records_.front()->at + Duration{1});
    push(records_, record, max_records);
    if (followed_.empty()) return;
    if (const auto one = followed_.find({record->kind, record->id}); one != followed_.end())
        push(one->second.records, record, max_of_one);
}

void MessageWatch::note(RequestLine request) {
    const std::lock_guard lock(mutex_);
    push(requests_, std::move(request), max_requests);
}

std::vector<MessageLine> MessageWatch::last_of(EntityKind kind, const std::string& id) const {
    const std::lock_guard lock(mutex_);
    std::vector<MessageLine> lines;
    const auto followed = followed_.find({kind, id});
    if (followed == followed_.end()) return lines;
    for (const auto& record : followed->second.records) lines.push_back(line_of(*record));
    std::ranges::reverse(lines);
    return lines;
}

std::vector<MessageLine> MessageWatch::messages_of(const std::string& request_id) const {
    const std::lock_guard lock(mutex_);
    std::vector<MessageLine> lines;
    for (const auto& record : records_)
        if (record->request_id == request_id && lines.size() < max_of_request)
            lines.push_back(line_of(*record));
    std::ranges::stable_sort(lines, {}, &MessageLine::at);  // they are kept as they end
    return lines;
}

bool MessageWatch::has_all_since(TimePoint time) const {
    const std::lock_guard lock(mutex_);
    return time >= complete_from_;
}

std::optional<RequestLine> MessageWatch::request(const std::string& request_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(requests_.rbegin(), requests_.rend(), request_id,
                                         &RequestLine::request_id);
    if (found == requests_.rend()) return std::nullopt;
    return *found;
}

}  // namespace souk
