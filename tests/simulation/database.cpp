#include "tests/simulation/database.hpp"

#include <algorithm>

#include "domain/guards.hpp"
#include "tests/simulation/texts.hpp"

namespace souk::simulation {
namespace {

const CommitResult not_connected{CommitStatus::unavailable, "not connected"};
const CommitResult fenced{CommitStatus::fenced, "the lane has another holder"};

}  // namespace

std::int64_t Database::last_order_number() const {
    std::int64_t last = 0;
    for (const auto& [id, order] : rows.orders)
        last = std::max<std::int64_t>(last,
                                      std::stoll(order.number.substr(order.number.rfind('-') + 1)));
    return last;
}

CommitResult Database::execute(const Session& session, std::span<const ChangeSet* const> batch) {
    if (session.epoch_ != epoch_ && holds(Guard::stale_owner_is_fenced)) return fenced;
    if (const auto forbidden = rows.write_batch(batch)) {
        ground_.fail("the store's own checks never fire", *forbidden);
        return {CommitStatus::refused, *forbidden};
    }
    ground_.count("commits");
    ground_.count("changes", static_cast<std::int64_t>(batch.size()));
    if (session.epoch_ != epoch_)
        ground_.fail("only the lane's owner commits", session.name() + " has lost the lane");
    committed_(batch);
    for (const auto* change : batch) ground_.note("  committed: " + text_of(*change));
    return {};
}

Session::Session(Database& database, std::string name, std::function<void()> meanwhile)
    : database_(database),
      name_(std::move(name)),
      meanwhile_(std::move(meanwhile)),
      dice_(database.ground_.dice.next()) {
    database_.sessions_.push_back(this);
}

Session::~Session() {
    std::erase(database_.sessions_, this);
    if (database_.owner_ == this) database_.owner_ = nullptr;
}

CommitResult Session::begin(std::span<const ChangeSet* const> batch) {
    if (!connected_) return not_connected;
    auto& ground = database_.ground_;
    auto& fates = database_.weather_.fates;
    Flight flight{.number = ++sent_, .changes = {batch.begin(), batch.end()}};
    if (!fates.empty()) {
        flight.fate = fates.front();
        fates.pop_front();
        ground.disturb();
    }
    const auto time = database_.weather_.commit_time;
    const auto executes_at = ground.now() + dice_.between(Duration{100}, time);
    flight.answers_at = executes_at + dice_.between(Duration{100}, time);
    if (flight.fate == Fate::leave_unsettled)
        flight.answers_at = ground.now() + std::chrono::seconds{dice_.between(2, 8)};
    ground.disturb_until(flight.answers_at);
    ground.agenda.at(executes_at, [this, number = flight.number, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) execute_up_to(number);
    });
    flights_.push_back(std::move(flight));
    return {};
}

void Session::execute_up_to(std::uint64_t number) {
    for (auto& flight : flights_) {
        if (flight.number > number) return;
        if (!flight.result) execute(flight);
    }
}

// The batch is fenced by the row that all before it leave: after one that failed, none is written.
void Session::execute(Flight& flight) {
    if (broken_) return;
    if (database_.weather_.store_down) flight.fate = Fate::lose;
    switch (flight.fate) {
        case Fate::refuse:
            flight.result = CommitResult{CommitStatus::refused, "no reason"};
            break;
        case Fate::turn_away:
            flight.result = CommitResult{CommitStatus::unavailable, "too many clients"};
            break;
        case Fate::lose:
        case Fate::leave_unsettled:
            break;
        case Fate::commit:
        case Fate::lose_answer:
            flight.result = database_.execute(*this, flight.changes);
            break;
    }
    broken_ = !flight.result || flight.result->status != CommitStatus::committed;
}

CommitResult Session::finish() {
    meanwhile_();
    execute_up_to(flights_.front().number);
    const bool lost = !flights_.front().result || (flights_.front().fate == Fate::lose_answer);
    if (lost || !connected_) {
        lose_connection("the connection was lost during a commit");
        return {CommitStatus::unknown, "the connection was lost during a commit"};
    }
    const auto result = *flights_.front().result;
    flights_.pop_front();
    if (result.status != CommitStatus::committed) {
        flights_.clear();
        broken_ = false;
        database_.ground_.note(name_ + ": a batch fails, " + result.detail);
    }
    return result;
}

CommitResult Session::lose_connection(const char* why) {
    database_.ground_.disturb();
    database_.ground_.note(name_ + ": " + why);
    connected_ = false;
    broken_ = false;
    for (auto& flight : flights_) doubtful_.push_back(std::move(flight));
    flights_.clear();
    return {CommitStatus::unavailable, why};
}

Resolution Session::resolve() {
    meanwhile_();
    const auto found = take_lane();
    if (found.status == CommitStatus::committed || found.status == CommitStatus::fenced) {
        const auto committed =
            static_cast<std::size_t>(std::ranges::count_if(doubtful_, [](const Flight& flight) {
                return flight.result && flight.result->status == CommitStatus::committed;
            }));
        doubtful_.clear();
        if (found.status == CommitStatus::fenced) return {0, found};
        return {committed, {CommitStatus::unavailable, "lost before the commit"}};
    }
    keep_copies();
    return {0, {CommitStatus::unknown, found.detail}};
}

/// Whoever waits for the lane's row learns what the transactions that held it have come to: so far
/// and no further.
void Session::settle_doubtful() {
    bool goes_on = true;
    for (auto& flight : doubtful_) {
        if (flight.result) {
            goes_on = goes_on && flight.result->status == CommitStatus::committed;
            continue;
        }
        goes_on = goes_on && flight.fate == Fate::leave_unsettled && dice_.chance(60);
        if (goes_on) flight.result = database_.execute(*this, flight.changes);
    }
}

void Session::keep_copies() {
    for (auto& flight : doubtful_) {
        if (!flight.own.empty()) continue;
        for (const auto* change : flight.changes) flight.own.push_back(*change);
        for (std::size_t i = 0; i < flight.own.size(); ++i) flight.changes[i] = &flight.own[i];
    }
}

CommitResult Session::check() {
    if (!connected_) return not_connected;
    if (database_.weather_.store_down) return lose_connection("the store is down");
    if (database_.epoch_ != epoch_) return fenced;
    return {};
}

CommitResult Session::recover() {
    auto taken = take_lane();
    if (taken.status == CommitStatus::committed) doubtful_.clear();
    return taken;
}

CommitResult Session::take_lane() {
    if (connected_) return {};
    auto& database = database_;
    if (database.weather_.store_down) return {CommitStatus::unavailable, "the store is down"};
    if (has_owned_ && database.owner_ != this) return fenced;
    for (auto* other : database.sessions_) {
        if (other == this || other != database.owner_) continue;
        other->settle_doubtful();
        if (!other->flights_.empty() && dice_.chance(50))
            other->execute_up_to(other->flights_.front().number);
    }
    settle_doubtful();
    epoch_ = ++database.epoch_;
    database.owner_ = this;
    connected_ = true;
    has_owned_ = true;
    database.ground_.note(name_ + " takes the lane");
    return {};
}

std::optional<TimePoint> Session::answers_at() const {
    if (flights_.empty()) return std::nullopt;
    return flights_.front().answers_at;
}

void Session::hang_up() {
    for (auto& flight : flights_) {
        if (flight.result || !dice_.chance(50)) break;
        execute(flight);
    }
    settle_doubtful();
    flights_.clear();
    doubtful_.clear();
    connected_ = false;
}

}  // namespace souk::simulation
