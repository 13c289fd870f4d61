#pragma once
// Commits batches to PostgreSQL: a handful of prepared statements in pipeline mode up to one Sync,
// which makes them one implicit transaction. The lane's row is its fence and its memory: see
// docs/decisions/0003-lane-row.md.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "persistence/batch_rows.hpp"
#include "persistence/batch_store.hpp"
#include "persistence/connection.hpp"

namespace souk {

class BatchWriter final : public BatchStore {
public:
    /// `holder` names this process, uniquely, in the lane's row. resolve() tries for
    /// `resolve_time`.
    BatchWriter(ConnectionOptions options, std::string holder,
                std::chrono::milliseconds resolve_time = std::chrono::seconds{2});

    CommitResult commit(std::span<const ChangeSet* const> batch) override;
    CommitResult resolve() override;
    CommitResult check() override;
    CommitResult recover() override;

    /// Highest order number the lane has seen; after the first recover().
    std::int64_t last_order_number() const { return order_number_; }

private:
    struct Statement {
        const char* name;
        std::vector<const char*> parameters;
    };

    bool send(std::span<const Statement> statements);
    bool flush();
    bool wait(short events);
    /// Reads every result up to the Sync. Nothing when the connection was lost on the way.
    std::optional<CommitResult> read_results();
    CommitResult take_lane();
    CommitResult lose_connection(const std::string& why);

    ConnectionOptions options_;
    std::string holder_;
    std::chrono::milliseconds resolve_time_;
    std::optional<Connection> connection_;
    std::optional<std::int64_t> epoch_;  // none before the lane was first taken
    std::int64_t batch_{0};
    std::int64_t outbox_{0};
    std::int64_t order_number_{0};
    std::int64_t doubtful_batch_{0};  // the number an unknown commit gave its batch
};

}  // namespace souk
