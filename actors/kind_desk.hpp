#pragma once
// What an operator may see and do with the entities of one kind, whatever the kind.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/entity_actor.hpp"
#include "protocol/console.hpp"

namespace souk {

/// An entity from its rows.
struct RowState {
    std::vector<StateField> state;
    Version version{};
};

class KindDesk {
public:
    virtual ~KindDesk() = default;

    virtual KindLine line() const = 0;
    /// Adds the highest by the query's order; `lines` stays sorted and within its limit.
    virtual void add_top(const ActorQuery& query, std::vector<ActorLine>& lines) = 0;

    /// The id as the console writes it; nothing when it names no entity of this kind.
    virtual std::optional<std::string> id_of(const std::string& text) const = 0;
    /// The others take such an id.
    virtual ActorLine actor(const std::string& id) = 0;
    /// Answers at once, and with nothing in it, when it is not in memory.
    virtual void inspect(const std::string& id, Promise<Result<Insides>> found) = 0;
    virtual void read_row(const std::string& id,
                          Promise<Result<std::optional<RowState>>> found) = 0;

    /// True when there was something to do. What is going on in it ends first.
    virtual bool passivate(const std::string& id) = 0;
    virtual bool restart(const std::string& id) = 0;
    virtual bool quarantine(const std::string& id) = 0;
    virtual bool release(const std::string& id) = 0;
    virtual void pause(bool paused) = 0;
    virtual bool paused() const = 0;
    virtual void drain(bool draining) = 0;
    virtual void passivate_all() = 0;
};

inline std::int64_t score_of(const ActorLine& line, ActorSort sort) {
    switch (sort) {
        case ActorSort::mailbox:
            return line.mailbox;
        case ActorSort::rate:
            return line.messages_per_minute;
        case ActorSort::slowest:
            return line.slowest_ns.value_or(-1);
        case ActorSort::restarts:
            return line.restarts;
    }
    return 0;
}

/// Keeps the highest `limit` of what is added; of equal ones those that are quarantined.
class TopLines {
public:
    TopLines(ActorSort sort, std::int64_t limit, std::vector<ActorLine>& lines)
        : sort_(sort), limit_(static_cast<std::size_t>(limit)), lines_(lines) {}

    /// Is one with this score, not quarantined, among the highest so far?
    bool wants(std::int64_t score) const {
        return lines_.size() < limit_ || Rank{score, false} > rank_of(lines_.back());
    }
    void add(ActorLine line) {
        const auto place =
            std::ranges::upper_bound(lines_, rank_of(line), std::ranges::greater{},
                                     [this](const ActorLine& other) { return rank_of(other); });
        lines_.insert(place, std::move(line));
        if (lines_.size() > limit_) lines_.pop_back();
    }

private:
    using Rank = std::pair<std::int64_t, bool>;
    Rank rank_of(const ActorLine& line) const { return {score_of(line, sort_), line.quarantined}; }

    ActorSort sort_;
    std::size_t limit_;
    std::vector<ActorLine>& lines_;
};

template <class Entity>
class EntityDesk final : public KindDesk {
public:
    using Key = typename Entity::Key;
    using State = typename Entity::State;
    using Loads = LoadQueue<Key, State>;

    EntityDesk(Registry<Entity>& registry, Loads& loads) : registry_(registry), loads_(loads) {}

    KindLine line() const override {
        const auto figures = registry_.figures();
        return {Entity::kind,         figures.live,       figures.messages, figures.refused,
                figures.activated,    figures.passivated, figures.crashed,  figures.quarantined,
                figures.dead_letters, figures.paused};
    }

    void add_top(const ActorQuery& query, std::vector<ActorLine>& lines) override {
        TopLines top(query.sort, query.limit, lines);
        const auto troubles = registry_.troubles();
        const bool by_restarts = query.sort == ActorSort::restarts;
        for (const auto& [key, trouble] : troubles)  // those in quarantine are hardly ever live
            if ((by_restarts || trouble.quarantined) && is_wanted(key, query))
                top.add(actor_of(key, registry_.find(key), trouble));
        if (by_restarts) return;
        registry_.survey([&](const auto& life, std::int64_t per_minute) {
            const auto score = score_of(life->figures, per_minute, query.sort);
            if (!top.wants(score) || !is_wanted(life->key(), query)) return;
            const auto* const trouble = trouble_of(life->key(), troubles);
            if (trouble && trouble->quarantined) return;  // is among the lines, if it may be
            ActorLine line = figures_of(*life);
            line.messages_per_minute = per_minute;
            line.id = Entity::key_text(life->key());
            if (trouble) add_trouble(line, *trouble);
            top.add(std::move(line));
        });
    }

    std::optional<std::string> id_of(const std::string& text) const override {
        const auto key = Entity::parse_key(text);
        if (!key) return std::nullopt;
        return Entity::key_text(*key);
    }

    ActorLine actor(const std::string& id) override {
        const auto key = key_of(id);
        return actor_of(key, registry_.find(key), registry_.trouble(key));
    }

    void inspect(const std::string& id, Promise<Result<Insides>> found) override {
        if (!registry_.send_if_live(key_of(id), std::make_shared<InspectLetter>(found)))
            found(Insides{});
    }

    void read_row(const std::string& id, Promise<Result<std::optional<RowState>>> found) override {
        loads_.load(key_of(id), [found](Result<std::optional<State>> row) {
            if (!row) return found(row.error());
            if (!*row) return found(std::optional<RowState>{});
            found(std::optional{RowState{state_fields(**row), (*row)->version}});
        });
    }

    bool passivate(const std::string& id) override { return registry_.ask_to_leave(key_of(id)); }
    bool restart(const std::string& id) override { return registry_.restart(key_of(id)); }
    bool quarantine(const std::string& id) override {
        const auto key = key_of(id);
        if (registry_.is_quarantined(key)) return false;
        registry_.quarantine(key);
        return true;
    }
    bool release(const std::string& id) override { return registry_.release(key_of(id)); }
    void pause(bool paused) override { registry_.pause(paused); }
    bool paused() const override { return registry_.paused(); }
    void drain(bool draining) override { registry_.drain(draining); }
    void passivate_all() override { registry_.passivate_all(); }

private:
    static Key key_of(const std::string& id) { return Entity::parse_key(id).value(); }

    static bool is_wanted(const Key& key, const ActorQuery& query) {
        if (query.id.empty()) return true;
        const std::string id = Entity::key_text(key);
        const auto searched = query.in_public_part ? public_part(id) : std::string_view{id};
        return searched.find(query.id) != searched.npos;
    }

    /// As of the line that it would become, which is not made for each of a hundred thousand.
    static std::int64_t score_of(const LifeFigures& figures, std::int64_t per_minute,
                                 ActorSort sort) {
        if (sort == ActorSort::rate) return per_minute;
        if (sort == ActorSort::mailbox)
            return std::max(figures.mailbox.load(std::memory_order_relaxed), 0);
        return figures.timed.load(std::memory_order_relaxed) == 0
                   ? -1
                   : figures.slowest_ns.load(std::memory_order_relaxed);
    }

    static ActorLine figures_of(const Life<Entity>& life) {
        const auto& figures = life.figures;
        ActorLine line{.kind = Entity::kind, .live = true};
        line.mailbox = std::max(figures.mailbox.load(std::memory_order_relaxed), 0);
        line.messages = static_cast<std::int64_t>(figures.handled.load(std::memory_order_relaxed));
        line.activated_at = figures.activated_at;
        if (const auto timed = static_cast<std::int64_t>(figures.timed.load()); timed > 0) {
            line.handling_ns = figures.timed_ns.load() / timed;
            line.slowest_ns = figures.slowest_ns.load();
        }
        if (const auto view = life.view()) line.version = view->version;
        return line;
    }

    using Troubles = std::vector<std::pair<Key, Trouble>>;  // by key
    static const Trouble* trouble_of(const Key& key, const Troubles& troubles) {
        const auto found =
            std::ranges::lower_bound(troubles, key, {}, &Troubles::value_type::first);
        return found == troubles.end() || found->first != key ? nullptr : &found->second;
    }

    static void add_trouble(ActorLine& line, const Trouble& trouble) {
        line.restarts = trouble.restarts;
        line.quarantined = trouble.quarantined;
        line.last_error = trouble.last_error;
        if (!trouble.last_error.empty()) line.last_error_at = trouble.last_at;
    }

    static ActorLine actor_of(const Key& key, const std::shared_ptr<Life<Entity>>& life,
                              const std::optional<Trouble>& trouble) {
        ActorLine line{.kind = Entity::kind};
        if (life) line = figures_of(*life);
        line.id = Entity::key_text(key);
        if (trouble) add_trouble(line, *trouble);
        return line;
    }

    Registry<Entity>& registry_;
    Loads& loads_;
};

}  // namespace souk
