#pragma once
// Reads rows by key on a thread of its own. Keys that gather while one read runs travel together in
// the next, so a thousand activations are a handful of SELECTs.

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/result.hpp"

namespace souk {

template <class Key, class Row>
class LoadQueue {
public:
    /// Rows found, each with its key, in any order; keys without a row are left out. Blocks.
    using Source = std::function<Result<std::vector<std::pair<Key, Row>>>(const std::vector<Key>&)>;
    /// Nothing when there is no row. Runs on the queue's thread.
    using Loaded = std::function<void(Result<std::optional<Row>>)>;

    explicit LoadQueue(Source source, std::size_t max_waiting = 100'000)
        : source_(std::move(source)), max_waiting_(max_waiting) {}
    ~LoadQueue() { stop(); }

    void start() {
        thread_ = std::thread([this] {
            while (run_once(true)) {
            }
        });
    }

    /// Answers what is still waiting, then ends the thread.
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        if (thread_.joinable()) thread_.join();
    }

    void load(Key key, Loaded loaded) {
        bool full = false;
        {
            const std::lock_guard lock(mutex_);
            full = stopping_ || waiting_.size() >= max_waiting_;
            if (!full) waiting_.emplace_back(std::move(key), std::move(loaded));
        }
        if (full) return loaded(Error{ErrorCode::unavailable, "too much to read", {}, 1});
        wake_.notify_one();
    }

    /// One read. With `wait` it waits for work, and false means stopped; else false means idle.
    bool run_once(bool wait) {
        std::vector<std::pair<Key, Loaded>> batch;
        {
            std::unique_lock lock(mutex_);
            if (wait) wake_.wait(lock, [this] { return !waiting_.empty() || stopping_; });
            if (waiting_.empty()) return false;
            const auto count = std::min(waiting_.size(), max_batch);
            const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
            batch.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
            waiting_.erase(waiting_.begin(), end);
        }
        read(batch);
        return true;
    }

    bool idle() {
        const std::lock_guard lock(mutex_);
        return waiting_.empty();
    }

private:
    static constexpr std::size_t max_batch = 500;

    void read(std::vector<std::pair<Key, Loaded>>& batch) {
        std::vector<Key> keys;
        for (const auto& [key, loaded] : batch) keys.push_back(key);
        auto rows = source_(keys);
        if (!rows) {
            for (auto& [key, loaded] : batch) loaded(rows.error());
            return;
        }
        std::unordered_map<Key, Row> found;
        for (auto& [key, row] : *rows) found.emplace(key, std::move(row));
        for (auto& [key, loaded] : batch) {
            const auto row = found.find(key);
            if (row == found.end())
                loaded(std::optional<Row>{});
            else
                loaded(std::optional<Row>{row->second});
        }
    }

    Source source_;
    const std::size_t max_waiting_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::pair<Key, Loaded>> waiting_;
    bool stopping_{false};
    std::thread thread_;
};

}  // namespace souk
