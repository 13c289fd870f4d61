#include "tests/simulation/server.hpp"

#include <algorithm>

#include "app/live_news.hpp"
#include "domain/guards.hpp"
#include "tests/simulation/texts.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Duration probe_interval = 250ms;
constexpr Duration ownership_interval = 1s;
constexpr Duration answer_patience = 20s;

/// A coroutine's wait for what a promise brings. It goes on by a plan of its own, as a connection's
/// thread would, and not at all once the process is dead.
template <class T, class Start, class Resume>
class Waiting {
public:
    Waiting(Start start, Resume resume) : start_(std::move(start)), resume_(std::move(resume)) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) {
        start_(Promise<T>([slot = slot_, resume = resume_, coroutine](T value) {
            slot->emplace(std::move(value));
            resume(coroutine);
        }));
    }
    T await_resume() { return std::move(**slot_); }

private:
    Start start_;
    Resume resume_;
    std::shared_ptr<std::optional<T>> slot_{std::make_shared<std::optional<T>>()};
};

template <class T, class Start, class Resume>
auto wait_for(Start start, Resume resume) {
    return Waiting<T, Start, Resume>(std::move(start), std::move(resume));
}

/// Short times, so that much happens in a minute.
EntitySettings settings_for(std::int64_t last_order_number) {
    EntitySettings settings;
    settings.threaded = false;
    settings.idle_s = 20;
    settings.last_order_number = last_order_number;
    settings.lane.max_batch = 16;
    settings.payments.grace = 60s;
    settings.payments.answer_time = 5s;
    settings.payments.retry = {.base = 500ms, .cap = 8s, .ceiling = 6};
    return settings;
}

template <class State>
Result<TopicState> topic_state(const Result<std::shared_ptr<const State>>& state) {
    if (!state) return state.error();
    return TopicState{(*state)->version, "\"" + text_of(**state) + "\""};
}

/// As gateways/cash_on_delivery.cpp does it: cash has been given back when an operator says so.
GatewayAnswer answer_by_hand(const GatewayRequest& request) {
    GatewayAnswer answer{.status = GatewayStatus::not_found, .intent = request.intent};
    if (request.step == GatewayStep::refund) answer.status = GatewayStatus::refunded;
    if (request.step == GatewayStep::look_up) answer.status = GatewayStatus::authorized;
    return answer;
}

}  // namespace

Server::Server(Ground& ground, Weather& weather, Database& database, Gateway& gateway,
               std::int64_t number)
    : ground_(ground),
      weather_(weather),
      database_(database),
      gateway_(gateway),
      dice_(ground.dice.next()),
      session_(database, "server " + std::to_string(number), [this] { run_some(); }),
      timers_at_(ground.now()) {
    (void)session_.recover();  // as the application does it: what the last order was is known then
    entities_ = std::make_unique<EntitySystem>(
        settings_for(database.last_order_number()), session_,
        database.rows.sources(weather.store_down), ground.clock, ground.ids,
        [this](auto batch) {
            if (holds(Guard::news_after_commit)) tell_readers(hub_, batch);
        },
        this);
    entities_->start();
}

// As a killed process ends: nobody is answered any more, and nothing is sent.
Server::~Server() {
    token_.reset();
    session_.hang_up();
    serving_.clear();
}

void Server::later(Duration time, std::function<void()> work) {
    ground_.agenda.at(ground_.now() + time,
                      [this, work = std::move(work), alive = std::weak_ptr(token_)] {
                          if (alive.expired()) return;
                          if (paused()) return later(paused_until_ - ground_.now(), work);
                          work();
                      });
}

void Server::resume_soon(std::coroutine_handle<> coroutine) {
    later(Duration{0}, [coroutine] { coroutine.resume(); });
}

void Server::handle(Request request, Reply reply) {
    auto owed = std::make_shared<Owed>(Owed{std::move(request), ground_.now(), std::move(reply)});
    serving_.emplace_back(owed, serve(owed));
    serving_.back().second.start();
}

Task<bool> Server::serve(std::shared_ptr<Owed> owed) {
    Outcome outcome = Error{};
    if (owed->request.key)
        outcome = co_await answer_once(owed->request);
    else
        outcome = co_await act(owed->request);
    owed->reply(std::move(outcome));
    co_return true;
}

// As http/stages.cpp does it, over the same pending answers.
Task<Outcome> Server::answer_once(const Request& request) {
    auto entry = pending_.enter(*request.key);
    if (entry.turn) {
        Outcome outcome = co_await recall_or_do(request);
        entry.turn->settle(outcome);
        co_return outcome;
    }
    if (const auto same = same_request(*request.key, entry.pending->request_hash()); !same)
        co_return same.error();
    auto waiting = wait_for<Outcome>([&](Reply reply) { entry.pending->attach(std::move(reply)); },
                                     [this, alive = std::weak_ptr(token_)](auto coroutine) {
                                         if (!alive.expired()) resume_soon(coroutine);
                                     });
    Outcome outcome = co_await waiting;
    if (outcome) outcome->replayed = true;
    co_return outcome;
}

Task<Outcome> Server::recall_or_do(const Request& request) {
    using Found = Result<std::optional<IdempotencyRecord>>;
    const auto& key = *request.key;
    auto find = [&](Promise<Found> give) {
        later(read_time(), [this, give, &key] {
            if (weather_.store_down) return give(Error{ErrorCode::unavailable, "no database"});
            const auto record = database_.rows.answers.find({key.caller, key.key});
            if (record == database_.rows.answers.end())
                return give(std::optional<IdempotencyRecord>{});
            give(std::optional{record->second});
        });
    };
    auto reading =
        wait_for<Found>(std::move(find), [this, alive = std::weak_ptr(token_)](auto coroutine) {
            if (!alive.expired()) resume_soon(coroutine);
        });
    const Found found = co_await reading;
    if (!found) co_return found.error();
    if (*found) co_return replay(key, **found);
    Outcome outcome = co_await act(request);
    const bool declined = !outcome && outcome.error().code == ErrorCode::payment_failed;
    if (outcome ? outcome->key_stored : !request.answered_later || !declined) co_return outcome;
    Answer answer;
    if (outcome)
        answer = *outcome;
    else
        answer.status = 402;
    auto remembering = wait_for<Result<bool>>(
        [&](Promise<Result<bool>> done) {
            entities_->remember(default_tenant, record_of(key, answer), done);
        },
        [this, alive = std::weak_ptr(token_)](auto coroutine) {
            if (!alive.expired()) resume_soon(coroutine);
        });
    const auto remembered = co_await remembering;
    const bool is_away = !remembered && remembered.error().code == ErrorCode::unavailable;
    if (is_away && !request.answered_later) co_return remembered.error();
    co_return answer;
}

Task<Outcome> Server::act(const Request& request) {
    AskContext context{.request_id = request.request_id, .actor = "guest"};
    if (!request.answered_later) context.idempotency = request.key;
    auto acting = wait_for<Outcome>(
        [&](Reply reply) { request.act(*this, std::move(context), std::move(reply)); },
        [this, alive = std::weak_ptr(token_)](auto coroutine) {
            if (!alive.expired()) resume_soon(coroutine);
        });
    Outcome outcome = co_await acting;
    co_return outcome;
}

// As app/gateway_news.cpp does it: what came before is done with, and what concerns no order is
// noted all the same.
void Server::hear(const Webhook& webhook, std::function<void()> heard) {
    const auto& events = database_.rows.gateway_events;
    if (weather_.store_down) return;
    if (std::ranges::find(events, webhook.id, &GatewayEventRecord::id) != events.end())
        return heard();
    const GatewayEventRecord record{PaymentMethod::sandbox, webhook.id, "charge", webhook.order_id,
                                    ground_.now()};
    AskContext context{.request_id = webhook.id, .actor = "gateway"};
    context.gateway_event = record;
    Reply told{[this, record, heard, alive = std::weak_ptr(token_)](const Outcome& outcome) {
        if (alive.expired()) return;
        if (outcome) return heard();
        if (outcome.error().code != ErrorCode::not_found) return;
        entities_->remember(default_tenant, record,
                            Promise<Result<bool>>{[heard](const Result<bool>& done) {
                                if (done) heard();
                            }});
    }};
    entities_->orders().tell(webhook.order_id,
                             {webhook.report, std::move(context),
                              [](const Order&) { return Answer{}; }, std::move(told)});
}

Duration Server::read_time() { return dice_.between(Duration{100}, weather_.read_time); }

bool Server::lane_can_turn() const {
    const auto& lane = entities_->lane();
    if (lane.idle())
        return !lane.figures().accepting && !lane.fenced() && ground_.now() >= lane_at_;
    if (!lane.awaits_store()) return true;
    const auto answers_at = session_.answers_at();
    return !answers_at || *answers_at <= ground_.now();
}

std::size_t Server::turns() {
    if (paused()) return 0;
    auto turns = entities_->ready_actors() + (lane_can_turn() ? 1 : 0);
    for (std::size_t queue = 0; queue < EntitySystem::load_queues; ++queue) {
        if (!entities_->load_waits(queue)) continue;
        if (!load_waits_[queue]) loads_at_[queue] = ground_.now() + read_time();
        load_waits_[queue] = true;
        if (loads_at_[queue] <= ground_.now()) ++turns;
    }
    return turns;
}

void Server::take_turn(std::size_t which) {
    const auto ready = entities_->ready_actors();
    if (which < ready) return entities_->run_actor(which);
    which -= ready;
    for (std::size_t queue = 0; queue < EntitySystem::load_queues; ++queue) {
        if (!load_waits_[queue] || loads_at_[queue] > ground_.now()) continue;
        if (which-- > 0) continue;
        load_waits_[queue] = false;
        return entities_->run_load(queue);
    }
    if (entities_->lane().idle()) lane_at_ = ground_.now() + probe_interval;
    entities_->run_lane();
}

/// What other threads do while the lane's waits for the store.
void Server::run_some() {
    if (!token_ || !entities_) return;
    for (auto turns = dice_.below(4); turns > 0 && entities_->ready_actors() > 0; --turns)
        entities_->run_actor(dice_.below(entities_->ready_actors()));
}

std::optional<TimePoint> Server::next_turn_at() {
    if (paused()) return paused_until_;
    std::optional<TimePoint> next;
    const auto consider = [&](TimePoint when) { next = next ? std::min(*next, when) : when; };
    if (const auto timer = entities_->next_timer()) consider(timers_at_ + *timer);
    for (std::size_t queue = 0; queue < EntitySystem::load_queues; ++queue)
        if (load_waits_[queue]) consider(loads_at_[queue]);
    const auto& lane = entities_->lane();
    if (!lane.idle() && lane.awaits_store())
        if (const auto answers_at = session_.answers_at()) consider(*answers_at);
    if (lane.idle() && !lane.figures().accepting && !lane.fenced()) consider(lane_at_);
    if (!owns_lane()) consider(owner_checked_at_ + ownership_interval);
    return next;
}

void Server::wake_timers() {
    if (paused()) return;
    const auto now = ground_.now();
    if (now > timers_at_) entities_->advance(now - timers_at_);
    timers_at_ = now;
    if (owns_lane() || now < owner_checked_at_ + ownership_interval) return;
    owner_checked_at_ = now;
    const auto& lane = entities_->lane();
    if (lane.idle() && lane.figures().accepting) entities_->check_ownership();
}

void Server::check_owed() {
    std::erase_if(serving_, [](const auto& one) { return one.second.done(); });
    for (const auto& [owed, task] : serving_)
        if (ground_.now() - std::max(owed->since, ground_.calm_since) > answer_patience)
            ground_.fail("every request is answered", owed->request.what);
}

Result<void> Server::admits(PaymentMethod, Amount, Currency) { return {}; }

void Server::ask(PaymentMethod method, GatewayRequest request,
                 std::function<void(GatewayAnswer)> answered) {
    if (!token_) return;
    if (method == PaymentMethod::cash_on_delivery) return answered(answer_by_hand(request));
    gateway_.ask(request, [answered = std::move(answered),
                           alive = std::weak_ptr(token_)](GatewayAnswer answer) {
        if (!alive.expired()) answered(std::move(answer));
    });
}

void Server::post(std::function<void()> work) {
    if (token_) later(Duration{0}, std::move(work));
}

void Server::wake_after(std::chrono::milliseconds time) {
    later(time, [this] { feed_.wake(); });
}

std::chrono::steady_clock::time_point Server::live_now() const {
    return std::chrono::steady_clock::time_point{ground_.now().time_since_epoch()};
}

void Server::read(const Topic& topic, Done done) {
    const auto answer = [this, done, alive = std::weak_ptr(token_)](auto state) {
        if (alive.expired()) return;
        later(Duration{0}, [done, state = topic_state(state)] { done(state); });
    };
    if (topic.kind == TopicKind::stock)
        entities_->stocks().read({default_tenant, {VariantId{topic.id}, sku(1).seller}},
                                 Read<StockView>{answer});
    else if (topic.kind == TopicKind::cart)
        entities_->carts().read({default_tenant, CartId{topic.id}}, Read<Cart>{answer});
    else
        entities_->orders().read({default_tenant, OrderId{topic.id}}, Read<Order>{answer});
}

}  // namespace souk::simulation
