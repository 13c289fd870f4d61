#pragma once
// Which entities are live, and the only way to reach one: activation on demand, a bound on live
// actors, passivation of idle ones, and quarantine of those that keep crashing.

#include <array>
#include <atomic>
#include <caf/actor.hpp>
#include <caf/send.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/activation.hpp"
#include "actors/letter.hpp"
#include "domain/time.hpp"

namespace souk {

template <class Entity>
class Registry;

/// An entity's life: its published view, and its place in the registry.
template <class Entity>
class Life final : public Activation, public std::enable_shared_from_this<Life<Entity>> {
public:
    using Key = typename Entity::Key;
    using View = typename Entity::View;

    Life(Registry<Entity>& registry, Key key) : registry_(registry), key_(std::move(key)) {}

    const Key& key() const { return key_; }
    std::shared_ptr<const View> view() const { return view_.load(); }
    /// What the rows say, at the beginning of a life.
    void show(std::shared_ptr<const View> view) {
        last_submitted_ = view;
        view_.store(std::move(view));
    }
    /// The view as it will be when everything submitted so far is committed. Only under the lane's
    /// lock, see Lane::submit_in_order.
    const std::shared_ptr<const View>& last_submitted() const { return last_submitted_; }
    void submitted(const ChangeSet& change) override {
        if (auto next = Entity::next_view(key_, last_submitted_, change))
            last_submitted_ = std::move(next);
    }
    void publish(const ChangeSet& change) override {
        if (auto next = Entity::next_view(key_, view_.load(), change)) view_.store(std::move(next));
    }
    /// To this life's own actor; dropped when the life has ended.
    void send(LetterPtr body) { registry_.send_to(*this, std::move(body)); }

private:
    friend class Registry<Entity>;
    void leave_registry() override { registry_.remove(*this); }

    Registry<Entity>& registry_;
    const Key key_;
    std::atomic<std::shared_ptr<const View>> view_;
    std::shared_ptr<const View> last_submitted_;
    std::atomic<std::uint32_t> last_used_{0};  // in registry ticks
};

/// How many entities may be live, over all kinds.
struct LiveBudget {
    std::int64_t max{200'000};
    std::atomic<std::int64_t> live{0};
};

struct RegistryFigures {
    std::int64_t live{};
    std::int64_t activated{};
    std::int64_t passivated{};
    std::int64_t crashed{};
    std::int64_t quarantined{};
};

template <class Entity>
class Registry {
public:
    using Key = typename Entity::Key;
    using State = typename Entity::State;
    using View = typename Entity::View;
    using LifePtr = std::shared_ptr<Life<Entity>>;
    /// Spawns the actor of a life; without a state it loads its rows first.
    using Spawn = std::function<caf::actor(LifePtr, std::shared_ptr<const State>)>;

    Registry(LiveBudget& budget, const Clock& clock, Spawn spawn)
        : budget_(budget), clock_(clock), spawn_(std::move(spawn)) {}

    /// Delivers a letter, activating the entity if need be. Refuses the letter when the registry is
    /// closed or full, or the entity is quarantined.
    void tell(const Key& key, LetterPtr body, std::shared_ptr<const State> fresh = nullptr) {
        if (auto refusal = deliver(key, body, std::move(fresh))) body->refuse(*refusal);
    }

    /// Committed view of a live entity, or nothing.
    std::shared_ptr<const View> peek(const Key& key) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(key);
        if (found == shard.entries.end()) return nullptr;
        found->second.life->last_used_ = tick_.load();
        return found->second.life->view();
    }

    void send_to(const Life<Entity>& life, LetterPtr body) {
        auto& shard = shard_of(life.key());
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(life.key());
        if (found == shard.entries.end() || found->second.life.get() != &life) return;
        caf::anon_send(found->second.actor, Letter{std::move(body)});
    }

    /// Takes a life out; its actor gets `retire` as its last letter and forwards what came before.
    void remove(const Life<Entity>& life) {
        auto& shard = shard_of(life.key());
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(life.key());
        if (found == shard.entries.end() || found->second.life.get() != &life) return;
        caf::anon_send(found->second.actor,
                       Letter{std::make_shared<LetterBody>(LetterKind::retire)});
        shard.entries.erase(found);
        --budget_.live;
        --live_;
    }

    /// One second has passed: asks a share of the idle entities to leave memory, or, when the
    /// budget is nearly used up, all that were not used this second.
    void tick(std::uint32_t idle_ticks) {
        const auto now = ++tick_;
        const bool crowded = budget_.live * 10 >= budget_.max * 9;
        for (std::size_t i = 0; i < shard_count; ++i) {
            if (!crowded && i % sweep_ticks != now % sweep_ticks) continue;
            auto& shard = shards_[i];
            const std::lock_guard lock(shard.mutex);
            for (auto& [key, entry] : shard.entries) {
                if (now - entry.life->last_used_ < (crowded ? 1 : idle_ticks)) continue;
                caf::anon_send(entry.actor,
                               Letter{std::make_shared<LetterBody>(LetterKind::passivate)});
            }
        }
    }

    /// A handler threw. Three times within ten seconds quarantines the key, and only that key.
    void crashed(const Key& key) {
        ++crashed_;
        const auto now = clock_.now();
        const std::lock_guard lock(crash_mutex_);
        if (crashes_.size() >= max_crash_records && !crashes_.contains(key)) crashes_.clear();
        auto& times = crashes_[key];
        std::erase_if(times, [&](TimePoint at) { return now - at > crash_window; });
        times.push_back(now);
        if (times.size() < crash_limit) return;
        if (quarantine_.insert_or_assign(key, now).second) ++quarantined_;
    }

    void release(const Key& key) {
        const std::lock_guard lock(crash_mutex_);
        crashes_.erase(key);
        if (quarantine_.erase(key) > 0) --quarantined_;
    }

    /// Ends every life; nothing can be activated afterwards.
    void close() {
        closed_ = true;
        for (auto& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            for (auto& [key, entry] : shard.entries)
                caf::anon_send(entry.actor,
                               Letter{std::make_shared<LetterBody>(LetterKind::retire)});
            budget_.live -= static_cast<std::int64_t>(shard.entries.size());
            live_ -= static_cast<std::int64_t>(shard.entries.size());
            shard.entries.clear();
        }
    }

    RegistryFigures figures() const {
        return {live_, activated_, passivated_, crashed_, quarantined_};
    }
    void count_passivation() { ++passivated_; }

private:
    struct Entry {
        LifePtr life;
        caf::actor actor;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<Key, Entry> entries;
    };
    static constexpr std::size_t shard_count = 64;
    static constexpr std::uint32_t sweep_ticks = 8;  // a full sweep takes this many seconds
    static constexpr std::size_t crash_limit = 3;
    static constexpr Duration crash_window = std::chrono::seconds{10};
    static constexpr Duration quarantine_time = std::chrono::minutes{1};
    static constexpr std::size_t max_crash_records = 10'000;

    Shard& shard_of(const Key& key) { return shards_[(std::hash<Key>{}(key) >> 7) % shard_count]; }

    std::optional<Error> deliver(const Key& key, const LetterPtr& body,
                                 std::shared_ptr<const State> fresh) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        if (closed_) return Error{ErrorCode::unavailable, "the server is stopping", {}, 1};
        auto found = shard.entries.find(key);
        if (found == shard.entries.end()) {
            if (is_quarantined(key))
                return Error{ErrorCode::unavailable, "this entity is quarantined", {}, 60};
            if (budget_.live >= budget_.max)
                return Error{ErrorCode::unavailable, "too many entities are in use", {}, 2};
            auto life = std::make_shared<Life<Entity>>(*this, key);
            auto actor = spawn_(life, std::move(fresh));
            found = shard.entries.emplace(key, Entry{std::move(life), std::move(actor)}).first;
            ++budget_.live;
            ++live_;
            ++activated_;
        }
        found->second.life->last_used_ = tick_.load();
        caf::anon_send(found->second.actor, Letter{body});
        return std::nullopt;
    }

    /// A quarantine ends after a minute: what made the entity crash may have gone.
    bool is_quarantined(const Key& key) {
        if (quarantined_ == 0) return false;
        const std::lock_guard lock(crash_mutex_);
        const auto found = quarantine_.find(key);
        if (found == quarantine_.end()) return false;
        if (clock_.now() - found->second < quarantine_time) return true;
        quarantine_.erase(found);
        --quarantined_;
        return false;
    }

    LiveBudget& budget_;
    const Clock& clock_;
    Spawn spawn_;
    std::array<Shard, shard_count> shards_;
    std::atomic<bool> closed_{false};
    std::atomic<std::uint32_t> tick_{0};
    std::atomic<std::int64_t> live_{0}, activated_{0}, passivated_{0}, crashed_{0}, quarantined_{0};

    std::mutex crash_mutex_;
    std::map<Key, std::vector<TimePoint>> crashes_;
    std::map<Key, TimePoint> quarantine_;
};

}  // namespace souk
