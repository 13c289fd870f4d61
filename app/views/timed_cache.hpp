#pragma once
// A small bounded memory of values that may be a little old. Thread-safe. In two halves: when the
// young one is full it becomes the old one, and what nobody asked for meanwhile is forgotten.

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "domain/time.hpp"

namespace souk {

template <class Key, class Value>
class TimedCache {
public:
    /// `max_size` is at least 2.
    TimedCache(const Clock& clock, Duration keep, std::size_t max_size)
        : clock_(clock), keep_(keep), max_half_(max_size / 2) {}

    std::optional<Value> find(const Key& key) {
        const std::lock_guard lock(mutex_);
        if (const auto at = young_.find(key); at != young_.end()) return fresh_value(at->second);
        const auto at = old_.find(key);
        if (at == old_.end()) return std::nullopt;
        auto entry = std::move(at->second);
        old_.erase(at);
        auto value = fresh_value(entry);
        if (value) keep(key, std::move(entry));
        return value;
    }

    void put(const Key& key, Value value) {
        const std::lock_guard lock(mutex_);
        old_.erase(key);
        keep(key, Entry{std::move(value), clock_.now()});
    }

    void drop(const Key& key) {
        const std::lock_guard lock(mutex_);
        young_.erase(key);
        old_.erase(key);
    }

private:
    struct Entry {
        Value value;
        TimePoint at;
    };
    using Entries = std::unordered_map<Key, Entry>;

    std::optional<Value> fresh_value(const Entry& entry) const {
        const auto age = clock_.now() - entry.at;
        if (age < Duration{0} || age >= keep_) return std::nullopt;
        return entry.value;
    }

    void keep(const Key& key, Entry entry) {
        if (young_.size() >= max_half_ && !young_.contains(key)) {
            old_ = std::move(young_);
            young_ = Entries{};
        }
        young_.insert_or_assign(key, std::move(entry));
    }

    const Clock& clock_;
    const Duration keep_;
    const std::size_t max_half_;
    std::mutex mutex_;
    Entries young_;
    Entries old_;
};

}  // namespace souk
