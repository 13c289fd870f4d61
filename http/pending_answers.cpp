#include "http/pending_answers.hpp"

#include <utility>

#include "domain/guards.hpp"

namespace souk {

Result<void> same_request(const IdempotencyKey& key, const std::string& request_hash) {
    if (key.request_hash == request_hash || !holds(Guard::same_key_same_request)) return {};
    return refuse(ErrorCode::idempotency_mismatch,
                  "this Idempotency-Key was used for another request");
}

Outcome replay(const IdempotencyKey& key, const IdempotencyRecord& record) {
    if (const auto same = same_request(key, record.request_hash); !same) return same.error();
    Answer answer;
    answer.status = static_cast<int>(record.status);
    answer.body = record.body;
    answer.location = record.location;
    answer.etag = record.etag;
    answer.replayed = true;
    return answer;
}

void PendingAnswer::attach(Reply waiter) {
    std::optional<Outcome> at_once;
    {
        const std::lock_guard lock(mutex_);
        if (outcome_) {
            at_once = outcome_;
        } else if (waiters_.size() >= max_waiters_) {
            at_once = refuse(ErrorCode::unavailable,
                             "too many repeats of this request are waiting for its answer");
        } else {
            waiters_.push_back(std::move(waiter));
        }
    }
    if (at_once) waiter(std::move(*at_once));
}

void PendingAnswer::settle(const Outcome& outcome) {
    std::vector<Reply> waiters;
    {
        const std::lock_guard lock(mutex_);
        if (outcome_) return;
        outcome_ = outcome;
        waiters.swap(waiters_);
    }
    for (const auto& waiter : waiters) waiter(outcome);
}

PendingAnswers::Turn::Turn(PendingAnswers& owner, std::string key,
                           std::shared_ptr<PendingAnswer> pending)
    : owner_(&owner), key_(std::move(key)), pending_(std::move(pending)) {}

PendingAnswers::Turn::~Turn() {
    if (pending_) settle(refuse(ErrorCode::unavailable, "the request was interrupted"));
}

void PendingAnswers::Turn::settle(const Outcome& outcome) {
    {
        auto& shard = owner_->shard_of(key_);
        const std::lock_guard lock(shard.mutex);
        shard.pending.erase(key_);
    }
    std::exchange(pending_, nullptr)->settle(outcome);
}

PendingAnswers::Entry PendingAnswers::enter(const IdempotencyKey& key) {
    std::string text = key.caller + '\n' + key.key;
    auto& shard = shard_of(text);
    const std::lock_guard lock(shard.mutex);
    auto& pending = shard.pending[text];
    if (pending) return {std::nullopt, pending};
    pending = std::make_shared<PendingAnswer>(key.request_hash, max_waiters_);
    return {Turn(*this, std::move(text), pending), nullptr};
}

PendingAnswers::Shard& PendingAnswers::shard_of(const std::string& key) {
    return shards_[std::hash<std::string>{}(key) % shards_.size()];
}

}  // namespace souk
