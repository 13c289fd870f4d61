#pragma once
// The shell around every entity: loads on the first letter, lets one thing happen at a time, turns
// an exception into an answer, and hands decided changes to the lane. Rules live in `domain`; an
// entity's own actor only routes its letters.

#include <spdlog/spdlog.h>

#include <caf/event_based_actor.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "actors/keep_answer.hpp"
#include "actors/lane.hpp"
#include "actors/letter.hpp"
#include "actors/load_queue.hpp"
#include "actors/message_watch.hpp"
#include "actors/registry.hpp"
#include "domain/guards.hpp"
#include "domain/time.hpp"
#include "protocol/entities.hpp"

namespace souk {

/// What every entity's actor stands on.
struct EntityPlumbing {
    Lane& lane;
    const Clock& clock;
    IdSource& ids;
    MessageWatch& watch;
};

/// What an entity's actor has in memory, asked for by an operator.
struct Insides {
    std::vector<StateField> state;  // empty: not loaded yet
    int under_way{};                // changes whose fate is open
    bool busy{false};
};

class InspectLetter : public LetterBody {
public:
    explicit InspectLetter(Promise<Result<Insides>> promise)
        : LetterBody(LetterKind::inspect), answer(std::move(promise)) {}
    Promise<Result<Insides>> answer;
};

template <class State>
class LoadedLetter : public LetterBody {
public:
    explicit LoadedLetter(Result<std::shared_ptr<const State>> result)
        : LetterBody(LetterKind::loaded), state(std::move(result)) {}
    Result<std::shared_ptr<const State>> state;  // null: there is no such entity
};

template <class Entity>
class EntityActor : public caf::event_based_actor {
public:
    using Key = typename Entity::Key;
    using State = typename Entity::State;
    using LifePtr = std::shared_ptr<Life<Entity>>;
    using Loads = LoadQueue<Key, State>;

    EntityActor(caf::actor_config& config, EntityPlumbing plumbing, Registry<Entity>& registry,
                Loads& loads, LifePtr life)
        : caf::event_based_actor(config),
          plumbing_(plumbing),
          registry_(registry),
          loads_(loads),
          life_(std::move(life)) {}

    const char* name() const override { return Entity::name; }

    caf::behavior make_behavior() override {
        return {[this](Letter& letter) { receive(std::move(letter.body)); }};
    }

protected:
    /// Takes over the rows as this entity's state.
    virtual void adopt(std::shared_ptr<const State> state) = 0;
    /// Handles one letter of the entity.
    virtual void handle(LetterBody& body) = 0;
    /// The state in memory, for people.
    virtual std::vector<StateField> describe() const = 0;
    /// What stands for an entity without rows. Null: whoever asked is told that there is none.
    virtual std::shared_ptr<const State> absent() const { return nullptr; }

    /// Does somebody wait for an answer that only this life can give? Then it stays in memory.
    virtual bool is_waited_for() const { return false; }

    /// For an entity that is being made: it has no rows to load, and nothing to show before its
    /// first commit.
    void begin_with(std::shared_ptr<const State> fresh) {
        adopt(std::move(fresh));
        loaded_ = true;
    }

    Result<void> admit() const { return plumbing_.lane.admit(); }
    TimePoint now() const { return plumbing_.clock.now(); }
    IdSource& ids() const { return plumbing_.ids; }
    const LifePtr& life() const { return life_; }
    /// Of the message that is being handled, while somebody looks.
    const MessageRecordPtr& record() const { return record_; }

    /// While busy, commands wait; continuations still come in.
    void set_busy(bool busy) {
        busy_ = busy;
        if (!busy) run_waiting();
    }

    /// Hands a change of this entity, and of `others` already unsettled, to the lane.
    void commit(ChangeSet change, std::vector<ActivationPtr> others, const AskContext& context,
                Outcome outcome, Reply reply) {
        keep_answer(change, context, outcome);
        change.at = now();
        life_->unsettle();
        others.push_back(life_);
        plumbing_.lane.submit({std::move(change), std::move(others), std::move(outcome),
                               std::move(reply), submitted_record()});
    }

    /// A change and what is told of it.
    struct Decided {
        ChangeSet change;
        Outcome outcome;
    };

    /// Like commit(), for a change that is decided in the lane's own order. `decide` gets the view
    /// as it is when all that was submitted before is committed; it runs under the lane's lock.
    template <class Decide>
    void submit_in_order(const Decide& decide, const AskContext& context, Reply reply) {
        life_->unsettle();
        plumbing_.lane.submit_in_order([&] {
            Decided decided = decided_or_crashed(decide);
            auto& change = decided.change;
            keep_answer(change, context, decided.outcome);
            change.at = now();
            return Submission{std::move(change),
                              {life_},
                              std::move(decided.outcome),
                              std::move(reply),
                              submitted_record()};
        });
    }

    /// A reply after which this entity leaves memory, unless something waits for it: for a change
    /// after which hardly anybody will ask for it.
    Reply and_passivate(Reply reply) const {
        return Reply{[reply = std::move(reply), life = life_](Outcome outcome) {
            reply(std::move(outcome));
            life->send(std::make_shared<LetterBody>(LetterKind::passivate));
        }};
    }

    /// Answers something that changes nothing: at once when all this entity has decided is durable,
    /// else in the lane's order, so that no answer speaks of what may still be lost.
    void answer_settled(Outcome outcome, Reply reply) {
        if (life_->settled()) return reply(std::move(outcome));
        commit({}, {}, {}, std::move(outcome), std::move(reply));
    }

private:
    static constexpr std::size_t max_waiting = 10'000;

    template <class Decide>
    Decided decided_or_crashed(const Decide& decide) {
        try {
            return decide(*life_->last_submitted());
        } catch (const std::exception& exception) {
            spdlog::error("{} crashed: {}", Entity::name, exception.what());
            registry_.crashed(life_->key(), exception.what());
            life_->doom();
            return {{}, Error{ErrorCode::internal, "something went wrong on our side"}};
        }
    }

    void receive(LetterPtr body) {
        count_waiting(-1);
        receive_by_kind(std::move(body));
        if (life_->asked_to_leave()) passivate();
    }

    void receive_by_kind(LetterPtr body) {
        switch (body->kind()) {
            case LetterKind::command:
                return receive_command(std::move(body));
            case LetterKind::continuation:
                if (!life_->poisoned()) run(body);
                return;
            case LetterKind::loaded:
                return receive_rows(static_cast<LoadedLetter<State>&>(*body));
            case LetterKind::passivate:
                return passivate();
            case LetterKind::leave:
                return life_->ask_to_leave();
            case LetterKind::restart:
                return restart();
            case LetterKind::inspect:
                return static_cast<InspectLetter&>(*body).answer(insides());
            case LetterKind::retire:
                return retire();
        }
    }

    void receive_command(LetterPtr body) {
        if (life_->asked_to_leave()) passivate();  // it may have settled since the last letter
        if (left_) return registry_.tell(life_->key(), std::move(body));
        if (loaded_ && !busy_ && !life_->poisoned()) return run(body);
        if (waiting_.size() >= max_waiting)
            return body->refuse(
                {ErrorCode::unavailable, "too many requests for this entity", {}, 1});
        count_waiting(1);
        waiting_.push_back(std::move(body));  // of a poisoned life: until it leaves the registry
        if (!loaded_ && !loading_) load();
    }

    void run(const LetterPtr& body) {
        life_->figures.count_handled();
        if (plumbing_.watch.on())
            run_timed(*body);
        else
            run_safely(*body);
    }

    void run_safely(LetterBody& body) {
        try {
            fail_if_asked(body);
            handle(body);
        } catch (const std::exception& exception) {
            spdlog::error("{} crashed: {}", Entity::name, exception.what());
            body.refuse({ErrorCode::internal, "something went wrong on our side"});
            registry_.crashed(life_->key(), exception.what());
            if (record_) record_->crashed = true;
            end_life();
        }
    }

    // A continuation may let commands run that waited for it: their time is not its own.
    void run_timed(LetterBody& body) {
        const auto started = std::chrono::steady_clock::now();
        auto record = std::make_shared<MessageRecord>();
        record->at = now();
        record->kind = Entity::kind;
        record->id = Entity::key_text(life_->key());
        record->request_id = body.request_id();
        record->what = body.what();
        if (body.posted_at != std::chrono::steady_clock::time_point{})
            record->queue_ns = nanoseconds_between(body.posted_at, started);
        auto outer = std::exchange(record_, record);
        const auto inside_outer = std::exchange(inside_ns_, 0);
        run_safely(body);
        const auto took = nanoseconds_between(started, std::chrono::steady_clock::now());
        record->handler_ns = took - inside_ns_;
        inside_ns_ = inside_outer + took;
        record_ = std::move(outer);
        life_->figures.count_time(record->handler_ns);
        plumbing_.watch.note(record);
    }

    /// The record of the message that is being handled goes with what it submits.
    MessageRecordPtr submitted_record() const {
        if (record_) record_->submitted_at = std::chrono::steady_clock::now();
        return record_;
    }

    /// The fault switch of test builds: a request whose id says so crashes the entity it reaches.
    static void fail_if_asked([[maybe_unused]] const LetterBody& body) {
#ifdef SOUK_FAULTS
        if (body.request_id().starts_with("souk-fault-crash"))
            throw std::runtime_error("the fault that the request asked for");
#endif
    }

    void count_waiting(std::int32_t by) {
        life_->figures.mailbox.fetch_add(by, std::memory_order_relaxed);
    }

    Insides insides() const {
        Insides inside{{}, life_->unsettled(), busy_};
        if (loaded_ && !life_->poisoned()) inside.state = describe();
        return inside;
    }

    void restart() {
        if (!life_->poisoned() && !left_) end_life();
    }

    // Rows must not be read again while the lane may still commit something of this life: then the
    // lane itself ends it, when it comes to this empty change.
    void end_life() {
        if (life_->settled()) return life_->poison();
        life_->doom();
        life_->unsettle();
        plumbing_.lane.submit({{}, {life_}, Answer{}, Reply{}});
    }

    void run_waiting() {
        while (loaded_ && !busy_ && !waiting_.empty() && !life_->poisoned()) {
            auto body = std::move(waiting_.front());
            waiting_.pop_front();
            count_waiting(-1);
            run(body);
        }
    }

    // Rows may only be read while the lane is sure of what is committed; see Lane and BatchStore.
    void load() {
        loading_ = true;
        if (auto admitted = admit(); !admitted) return give_up(admitted.error());
        loads_.load(life_->key(), [life = life_](Result<std::optional<State>> row) {
            Result<std::shared_ptr<const State>> state = std::shared_ptr<const State>{};
            if (!row)
                state = row.error();
            else if (*row)
                state = std::make_shared<const State>(std::move(**row));
            life->send(std::make_shared<LoadedLetter<State>>(std::move(state)));
        });
    }

    void receive_rows(LoadedLetter<State>& letter) {
        loading_ = false;
        if (!letter.state) return give_up(letter.state.error());
        auto state = *letter.state ? std::move(*letter.state) : absent();
        if (!state) return give_up({ErrorCode::not_found, std::string{"no such "} + Entity::name});
        life_->show(Entity::view_of(state));
        adopt(std::move(state));
        loaded_ = true;
        run_waiting();
    }

    void give_up(const Error& error) {
        auto waiting = std::exchange(waiting_, {});
        leave();
        for (auto& body : waiting) body->refuse(error);
    }

    void passivate() {
        if (busy_ || loading_ || !waiting_.empty() || !life_->settled()) return;
        if (left_ || life_->poisoned() || is_waited_for()) return;
        registry_.count_passivation();
        leave();
    }

    void leave() {
        left_ = true;
        registry_.remove(*life_);
    }

    void retire() {
        left_ = true;
        for (auto& body : std::exchange(waiting_, {}))
            registry_.tell(life_->key(), std::move(body));
        quit();
    }

    EntityPlumbing plumbing_;
    Registry<Entity>& registry_;
    Loads& loads_;
    LifePtr life_;
    std::deque<LetterPtr> waiting_;
    bool loaded_{false};
    bool loading_{false};
    bool busy_{false};
    bool left_{false};
    MessageRecordPtr record_;  // of the message being handled, while somebody looks
    std::int64_t inside_ns_{0};
};

}  // namespace souk
