#pragma once
// Which entities are live, and the only way to reach one: activation on demand, a bound on live
// actors, passivation of idle ones, and quarantine of those that keep crashing.

#include <algorithm>
#include <array>
#include <atomic>
#include <caf/actor.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/activation.hpp"
#include "actors/letter.hpp"
#include "actors/message_watch.hpp"
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
    void settled_while_leaving() override { send(std::make_shared<LetterBody>(LetterKind::leave)); }

    Registry<Entity>& registry_;
    const Key key_;
    std::atomic<std::shared_ptr<const View>> view_;
    std::shared_ptr<const View> last_submitted_;
    std::atomic<std::uint32_t> last_used_{0};  // in registry ticks
    // Of the registry's last survey, under its shard's lock.
    std::uint64_t surveyed_{0};
    std::int64_t per_minute_{0};
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
    std::int64_t messages{};
    std::int64_t refused{};
    std::int64_t dead_letters{};
    bool paused{false};
};

/// What went wrong with a key, beyond its lives.
struct Trouble {
    std::vector<TimePoint> crashes;  // of the last seconds
    std::int64_t restarts{};
    std::string last_error;
    TimePoint last_at{};
    bool quarantined{false};
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

    Registry(LiveBudget& budget, const Clock& clock, MessageWatch& watch, Spawn spawn)
        : budget_(budget), clock_(clock), watch_(watch), spawn_(std::move(spawn)) {}

    /// Delivers a letter, activating the entity if need be. Refuses the letter when the registry is
    /// closed or full, or the entity is quarantined.
    void tell(const Key& key, LetterPtr body, std::shared_ptr<const State> fresh = nullptr) {
        if (auto refusal = deliver(key, body, std::move(fresh))) {
            ++refused_;
            body->refuse(*refusal);
        }
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
        if (found == shard.entries.end() || found->second.life.get() != &life) {
            ++dead_letters_;
            return;
        }
        post(shard, found->second, std::move(body));
    }

    /// To a life of this entity if there is one; nothing is activated. False when there is none.
    bool send_if_live(const Key& key, LetterPtr body) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(key);
        if (found == shard.entries.end()) return false;
        post(shard, found->second, std::move(body));
        return true;
    }

    LifePtr find(const Key& key) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(key);
        return found == shard.entries.end() ? nullptr : found->second.life;
    }

    /// Takes a life out; its actor gets `retire` as its last letter and forwards what came before.
    void remove(const Life<Entity>& life) {
        auto& shard = shard_of(life.key());
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.entries.find(life.key());
        if (found == shard.entries.end() || found->second.life.get() != &life) return;
        post(shard, found->second, std::make_shared<LetterBody>(LetterKind::retire));
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
                post(shard, entry, std::make_shared<LetterBody>(LetterKind::passivate));
            }
        }
    }

    /// Asks every entity to leave memory as soon as nothing of it is going on.
    void passivate_all() {
        for (auto& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            for (auto& [key, entry] : shard.entries)
                post(shard, entry, std::make_shared<LetterBody>(LetterKind::passivate));
        }
    }

    /// A handler threw. Three times within ten seconds quarantines the key, and only that key,
    /// until an operator releases it.
    void crashed(const Key& key, std::string error) {
        ++crashed_;
        const std::lock_guard lock(trouble_mutex_);
        auto& trouble = trouble_of(key);
        const auto now = clock_.now();
        std::erase_if(trouble.crashes, [&](TimePoint at) { return now - at > crash_window; });
        trouble.crashes.push_back(now);
        trouble.last_at = now;
        trouble.last_error = std::move(error);
        ++trouble.restarts;
        if (trouble.crashes.size() >= crash_limit) set_quarantine(trouble, true);
    }

    /// An operator wants the life that there is to leave memory, which it does as soon as nothing
    /// of it is going on; true when there is one.
    bool ask_to_leave(const Key& key) {
        return send_if_live(key, std::make_shared<LetterBody>(LetterKind::leave));
    }

    /// An operator ends the life that there is; true when there was one.
    bool restart(const Key& key) {
        if (!send_if_live(key, std::make_shared<LetterBody>(LetterKind::restart))) return false;
        const std::lock_guard lock(trouble_mutex_);
        ++trouble_of(key).restarts;
        return true;
    }

    void quarantine(const Key& key) {
        {
            const std::lock_guard lock(trouble_mutex_);
            set_quarantine(trouble_of(key), true);
        }
        send_if_live(key, std::make_shared<LetterBody>(LetterKind::restart));
    }

    /// True when it was quarantined. Its restarts go on counting.
    bool release(const Key& key) {
        const std::lock_guard lock(trouble_mutex_);
        const auto found = troubles_.find(key);
        if (found == troubles_.end() || !found->second.quarantined) return false;
        found->second.crashes.clear();
        set_quarantine(found->second, false);
        return true;
    }

    bool is_quarantined(const Key& key) const {
        if (quarantined_ == 0) return false;
        const std::lock_guard lock(trouble_mutex_);
        const auto found = troubles_.find(key);
        return found != troubles_.end() && found->second.quarantined;
    }

    std::optional<Trouble> trouble(const Key& key) const {
        const std::lock_guard lock(trouble_mutex_);
        const auto found = troubles_.find(key);
        if (found == troubles_.end()) return std::nullopt;
        return found->second;
    }
    /// Sorted by key.
    std::vector<std::pair<Key, Trouble>> troubles() const {
        const std::lock_guard lock(trouble_mutex_);
        return {troubles_.begin(), troubles_.end()};
    }

    /// An operator's pause: commands are refused until it ends; what has begun goes on, and views
    /// are shown.
    void pause(bool paused) { paused_ = paused; }
    bool paused() const { return paused_; }
    /// The server's drain, which neither makes nor ends a pause: what begins something is refused.
    void drain(bool draining) { draining_ = draining; }
    bool takes_commands() const { return !paused_ && !draining_; }

    /// For what begins with letters that, each alone, would count as begun.
    std::optional<Error> refuse_new_work() {
        if (!draining_) return std::nullopt;
        ++refused_;
        return being_drained();
    }

    /// Shows every life with the messages it handled per minute, as of the last survey but not
    /// less than a second ago. `visit(life, per_minute)` runs under a lock and must be quick.
    template <class Visit>
    void survey(const Visit& visit) {
        const std::lock_guard surveying(survey_mutex_);
        const auto now = clock_.now();
        const auto passed = now - surveyed_at_;
        const bool count = passed >= std::chrono::seconds{1};
        if (count) surveyed_at_ = now;
        for (auto& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            for (auto& [key, entry] : shard.entries) {
                if (count) count_rate(*entry.life, now, passed);
                visit(entry.life, entry.life->per_minute_);
            }
        }
    }

    /// Ends every life; nothing can be activated afterwards.
    void close() {
        closed_ = true;
        for (auto& shard : shards_) {
            const std::lock_guard lock(shard.mutex);
            for (auto& [key, entry] : shard.entries)
                post(shard, entry, std::make_shared<LetterBody>(LetterKind::retire));
            budget_.live -= static_cast<std::int64_t>(shard.entries.size());
            live_ -= static_cast<std::int64_t>(shard.entries.size());
            shard.entries.clear();
        }
    }

    RegistryFigures figures() const {
        std::int64_t messages = 0;
        for (const auto& shard : shards_)
            messages += shard.messages.load(std::memory_order_relaxed);
        return {live_,    activated_, passivated_,   crashed_, quarantined_,
                messages, refused_,   dead_letters_, paused_};
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
        std::atomic<std::int64_t> messages{0};  // written under the lock
    };
    static constexpr std::size_t shard_count = 64;
    static constexpr std::uint32_t sweep_ticks = 8;  // a full sweep takes this many seconds
    static constexpr std::size_t crash_limit = 3;
    static constexpr Duration crash_window = std::chrono::seconds{10};
    static constexpr std::size_t max_troubles = 10'000;

    Shard& shard_of(const Key& key) { return shards_[(std::hash<Key>{}(key) >> 7) % shard_count]; }

    /// Under the shard's lock.
    void post(Shard& shard, Entry& entry, LetterPtr body) {
        shard.messages.store(shard.messages.load(std::memory_order_relaxed) + 1,
                             std::memory_order_relaxed);
        entry.life->figures.mailbox.fetch_add(1, std::memory_order_relaxed);
        if (watch_.on()) body->posted_at = std::chrono::steady_clock::now();
        caf::anon_send(entry.actor, Letter{std::move(body)});
    }

    static Error being_drained() {
        return {ErrorCode::unavailable, "the server is being drained", {}, 30};
    }

    std::optional<Error> refusal_of(const Key& key, const LetterBody& body) const {
        if (closed_) return Error{ErrorCode::unavailable, "the server is stopping", {}, 1};
        if (body.kind() != LetterKind::command) return std::nullopt;
        if (draining_ && body.starts_work()) return being_drained();
        if (paused_ && !body.ends_work())
            return Error{
                ErrorCode::unavailable,
                std::string{"changes of every "} + Entity::name + " are paused by an operator",
                {},
                30};
        if (is_quarantined(key))
            return Error{ErrorCode::unavailable,
                         std::string{"this "} + Entity::name +
                             " is quarantined until an operator releases it",
                         {},
                         60};
        return std::nullopt;
    }

    std::optional<Error> deliver(const Key& key, const LetterPtr& body,
                                 std::shared_ptr<const State> fresh) {
        auto& shard = shard_of(key);
        const std::lock_guard lock(shard.mutex);
        if (auto refusal = refusal_of(key, *body)) return refusal;
        auto found = shard.entries.find(key);
        if (found == shard.entries.end()) {
            if (budget_.live >= budget_.max)
                return Error{ErrorCode::unavailable, "too many entities are in use", {}, 2};
            auto life = std::make_shared<Life<Entity>>(*this, key);
            life->figures.activated_at = clock_.now();
            auto actor = spawn_(life, std::move(fresh));
            found = shard.entries.emplace(key, Entry{std::move(life), std::move(actor)}).first;
            ++budget_.live;
            ++live_;
            ++activated_;
        }
        found->second.life->last_used_ = tick_.load();
        post(shard, found->second, body);
        return std::nullopt;
    }

    /// Under the lock. When there are too many, those that are not quarantined are forgotten.
    Trouble& trouble_of(const Key& key) {
        if (troubles_.size() >= max_troubles && !troubles_.contains(key))
            std::erase_if(troubles_, [](const auto& one) { return !one.second.quarantined; });
        return troubles_[key];
    }
    void set_quarantine(Trouble& trouble, bool quarantined) {
        if (trouble.quarantined == quarantined) return;
        trouble.quarantined = quarantined;
        quarantined_ += quarantined ? 1 : -1;
    }

    static void count_rate(Life<Entity>& life, TimePoint now, Duration passed) {
        const auto handled = life.figures.handled.load(std::memory_order_relaxed);
        const auto lived =
            std::clamp<Duration>(now - life.figures.activated_at, std::chrono::seconds{1}, passed);
        life.per_minute_ =
            static_cast<std::int64_t>(handled - life.surveyed_) * 60'000'000 / lived.count();
        life.surveyed_ = handled;
    }

    LiveBudget& budget_;
    const Clock& clock_;
    MessageWatch& watch_;
    Spawn spawn_;
    std::array<Shard, shard_count> shards_;
    std::atomic<bool> closed_{false};
    std::atomic<std::uint32_t> tick_{0};
    std::atomic<std::int64_t> live_{0}, activated_{0}, passivated_{0}, crashed_{0}, quarantined_{0};
    std::atomic<std::int64_t> refused_{0}, dead_letters_{0};
    std::atomic<bool> paused_{false}, draining_{false};

    mutable std::mutex trouble_mutex_;
    std::map<Key, Trouble> troubles_;
    std::mutex survey_mutex_;
    TimePoint surveyed_at_{};
};

}  // namespace souk
