#pragma once
// Requests under an Idempotency-Key that are being answered right now, so that a duplicate waits
// for the first one's answer instead of doing the work again. Thread-safe, in memory only.

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/answer.hpp"
#include "protocol/entities.hpp"

namespace souk {

/// `idempotency_mismatch` when the key was used for a request with another hash.
Result<void> same_request(const IdempotencyKey& key, const std::string& request_hash);
/// What a request gets whose key has its answer: that answer, if it was the same request.
Outcome replay(const IdempotencyKey& key, const IdempotencyRecord& record);

/// One answer that somebody is working on.
class PendingAnswer {
public:
    PendingAnswer(std::string request_hash, std::size_t max_waiters)
        : request_hash_(std::move(request_hash)), max_waiters_(max_waiters) {}

    const std::string& request_hash() const { return request_hash_; }
    /// Answers at once when the answer is there, or when too many wait (`unavailable`).
    void attach(Reply waiter);
    void settle(const Outcome& outcome);

private:
    const std::string request_hash_;
    const std::size_t max_waiters_;
    std::mutex mutex_;
    std::optional<Outcome> outcome_;
    std::vector<Reply> waiters_;
};

class PendingAnswers {
public:
    explicit PendingAnswers(std::size_t max_waiters) : max_waiters_(max_waiters) {}

    /// Held by the one who does the work; whatever happens to it, the waiters hear something.
    class Turn {
    public:
        Turn(PendingAnswers& owner, std::string key, std::shared_ptr<PendingAnswer> pending);
        Turn(Turn&&) noexcept = default;
        Turn& operator=(Turn&&) = delete;
        ~Turn();
        void settle(const Outcome& outcome);

    private:
        PendingAnswers* owner_;
        std::string key_;
        std::shared_ptr<PendingAnswer> pending_;
    };

    /// Either the turn to do the work, or the pending answer of whoever has it.
    struct Entry {
        std::optional<Turn> turn;
        std::shared_ptr<PendingAnswer> pending;
    };
    Entry enter(const IdempotencyKey& key);

private:
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, std::shared_ptr<PendingAnswer>> pending;
    };
    Shard& shard_of(const std::string& key);

    const std::size_t max_waiters_;
    std::array<Shard, 16> shards_;
};

}  // namespace souk
