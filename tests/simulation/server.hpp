#pragma once
// One life of the server process: the production actors, lane and supervisors over a session of the
// store, with the front that keeps idempotency keys and the feed of live news. It runs by single
// turns that are chosen from outside.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/entity_system.hpp"
#include "http/live/feed.hpp"
#include "http/pending_answers.hpp"
#include "http/task.hpp"
#include "tests/simulation/database.hpp"
#include "tests/simulation/gateway.hpp"

namespace souk::simulation {

class Server;

/// A request as it comes over the line.
struct Request {
    std::string what;
    std::optional<IdempotencyKey> key;
    std::string request_id;
    std::function<void(Server&, AskContext, Reply)> act;
    /// The entity's change does not carry the answer, which comes only later: as with payments.
    bool answered_later{false};
};

class Server final : public GatewayDesk, public LiveHost, public TopicSource {
public:
    Server(Ground& ground, Weather& weather, Database& database, Gateway& gateway,
           std::int64_t number);
    ~Server() override;

    const std::string& name() const { return session_.name(); }
    bool owns_lane() const { return database_.owner() == &session_; }
    EntitySystem& entities() { return *entities_; }
    LiveFeed& feed() { return feed_; }

    /// `reply` is called once, unless the process dies before.
    void handle(Request request, Reply reply);
    void hear(const Webhook& webhook, std::function<void()> heard);

    /// So many turns can be taken now.
    std::size_t turns();
    void take_turn(std::size_t which);
    /// When there will be something to do without anything coming from outside.
    std::optional<TimePoint> next_turn_at();
    /// Lets timers that are due ring.
    void wake_timers();

    void pause_until(TimePoint when) { paused_until_ = when; }
    bool paused() const { return ground_.now() < paused_until_; }
    /// Another owns the lane, and this one knows it.
    bool must_stop() const { return entities_->fenced(); }
    /// How long the oldest request has waited for its answer.
    void check_owed();

    Result<void> admits(PaymentMethod gateway, Amount amount, Currency currency) override;
    void ask(PaymentMethod gateway, GatewayRequest request,
             std::function<void(GatewayAnswer)> answered) override;
    void post(std::function<void()> work) override;
    void wake_after(std::chrono::milliseconds time) override;
    std::chrono::steady_clock::time_point live_now() const override;
    void read(const Topic& topic, Done done) override;

private:
    struct Owed {
        Request request;
        TimePoint since;
        Reply reply;
    };

    Task<bool> serve(std::shared_ptr<Owed> owed);
    Task<Outcome> answer_once(const Request& request);
    Task<Outcome> recall_or_do(const Request& request);
    Task<Outcome> act(const Request& request);
    void later(Duration time, std::function<void()> work);
    void resume_soon(std::coroutine_handle<> coroutine);
    void run_some();
    bool lane_can_turn() const;
    Duration read_time();

    Ground& ground_;
    Weather& weather_;
    Database& database_;
    Gateway& gateway_;
    Dice dice_;
    Session session_;
    LiveHub hub_;
    std::unique_ptr<EntitySystem> entities_;
    LiveFeed feed_{hub_, *this, *this};
    PendingAnswers pending_{1'000};
    std::vector<std::pair<std::shared_ptr<Owed>, Task<bool>>> serving_;
    TimePoint timers_at_;
    TimePoint paused_until_{};
    TimePoint lane_at_{};
    TimePoint owner_checked_at_{};
    std::array<TimePoint, EntitySystem::load_queues> loads_at_{};
    std::array<bool, EntitySystem::load_queues> load_waits_{};
    std::shared_ptr<char> token_{std::make_shared<char>()};
};

}  // namespace souk::simulation
