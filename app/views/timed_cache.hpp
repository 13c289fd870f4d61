#pragma once
// A small bounded memory of values that may be a little old. Thread-safe.

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "domain/time.hpp"

namespace souk {

template <class Key, class Value>
class TimedCache {
public:
    TimedCache(const Clock& clock, Duration keep, std::size_t max_size)
        : clock_(clock), keep_(keep), max_size_(max_size) {}

    std::optional<Value> find(const Key& key) const {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(key);
        if (found == entries_.end() || !fresh(found->second)) return std::nullopt;
        return found->second.value;
    }

    void put(const Key& key, Value value) {
        const std::lock_guard lock(mutex_);
        if (entries_.size() >= max_size_ && !entries_.contains(key)) make_room();
        entries_.insert_or_assign(key, Entry{std::move(value), clock_.now()});
    }

    void drop(const Key& key) {
        const std::lock_guard lock(mutex_);
        entries_.erase(key);
    }

private:
    struct Entry {
        Value value;
        TimePoint at;
    };

    bool fresh(const Entry& entry) const {
        const auto age = clock_.now() - entry.at;
        return age >= Duration{0} && age < keep_;
    }

    // Rare, because the bound is generous; whatever is dropped is only read again.
    void make_room() {
        std::erase_if(entries_, [this](const auto& one) { return !fresh(one.second); });
        if (entries_.size() >= max_size_) entries_.clear();
    }

    const Clock& clock_;
    const Duration keep_;
    const std::size_t max_size_;
    mutable std::mutex mutex_;
    std::unordered_map<Key, Entry> entries_;
};

}  // namespace souk
