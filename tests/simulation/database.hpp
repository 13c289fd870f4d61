#pragma once
// The store: rows that survive every server, one lane row with its owner, and a session for each
// server through which batches are committed as the weather wants it.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "persistence/batch_store.hpp"
#include "tests/simulation/ground.hpp"
#include "tests/simulation/weather.hpp"
#include "tests/support/rows.hpp"

namespace souk::simulation {

class Session;

class Database {
public:
    /// Sees every batch that was written, at the moment it is.
    using Committed = std::function<void(std::span<const ChangeSet* const>)>;

    Database(Ground& ground, Weather& weather, Committed committed)
        : ground_(ground), weather_(weather), committed_(std::move(committed)) {}

    TableRows rows;

    /// Who owns the lane: the session that took it last.
    const Session* owner() const { return owner_; }
    std::int64_t last_order_number() const;

private:
    friend class Session;
    CommitResult execute(const Session& session, std::span<const ChangeSet* const> batch);

    Ground& ground_;
    Weather& weather_;
    Committed committed_;
    std::vector<Session*> sessions_;
    const Session* owner_{nullptr};
    std::int64_t epoch_{0};
};

class Session final : public BatchStore {
public:
    /// `meanwhile` lets others run while the lane's thread waits for the store.
    Session(Database& database, std::string name, std::function<void()> meanwhile);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    CommitResult begin(std::span<const ChangeSet* const> batch) override;
    CommitResult finish() override;
    bool wait(int) override { return true; }
    Resolution resolve() override;
    CommitResult check() override;
    CommitResult recover() override;

    /// When the oldest batch under way is answered.
    std::optional<TimePoint> answers_at() const;
    /// The server has died: what it has sent may still be committed, in part.
    void hang_up();
    const std::string& name() const { return name_; }

private:
    friend class Database;
    struct Flight {
        std::uint64_t number{};
        std::vector<const ChangeSet*> changes;
        std::vector<ChangeSet> own;  // copies, once the server has forgotten about it
        Fate fate{Fate::commit};
        TimePoint answers_at;
        std::optional<CommitResult> result;
    };
    void execute_up_to(std::uint64_t number);
    void execute(Flight& flight);
    CommitResult take_lane();
    void settle_doubtful();
    void keep_copies();
    CommitResult lose_connection(const char* why);

    Database& database_;
    std::string name_;
    std::function<void()> meanwhile_;
    Dice dice_;
    bool connected_{false};
    bool has_owned_{false};
    std::int64_t epoch_{0};
    std::uint64_t sent_{0};
    std::deque<Flight> flights_;   // under way, oldest first
    std::deque<Flight> doubtful_;  // under way when the connection was lost
    bool broken_{false};           // one has failed: those behind it are void
    std::shared_ptr<char> alive_{std::make_shared<char>()};
};

}  // namespace souk::simulation
