#pragma once
// Commits batches to PostgreSQL: a handful of prepared statements in pipeline mode up to one Sync,
// which makes them one implicit transaction. The lane's row is its fence and its memory: see
// docs/decisions/0003-lane-row.md.

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "persistence/batch_rows.hpp"
#include "persistence/batch_store.hpp"
#include "persistence/connection.hpp"
#include "persistence/row_types.hpp"
#include "persistence/statement.hpp"

namespace souk {

class BatchWriter final : public BatchStore {
public:
    /// `holder` names this process, uniquely, in the lane's row. resolve() tries for
    /// `resolve_time`.
    BatchWriter(ConnectionOptions options, std::string holder,
                std::chrono::milliseconds resolve_time = std::chrono::seconds{2});

    CommitResult begin(std::span<const ChangeSet* const> batch) override;
    CommitResult finish() override;
    bool wait(int wake) override;
    Resolution resolve() override;
    CommitResult check() override;
    CommitResult recover() override;

    /// Highest order number the lane has seen; after the first recover().
    std::int64_t last_order_number() const { return written_.order_number; }

private:
    /// The lane's row as it is before or after a batch.
    struct LaneRow {
        std::int64_t batch{0};
        std::int64_t outbox{0};
        std::int64_t order_number{0};
    };

    /// What the row will be when all that is under way is committed.
    const LaneRow& expected() const { return under_way_.empty() ? written_ : under_way_.back(); }
    bool send(std::span<const Statement> statements);
    bool flush();
    bool wait_for_socket(short events);
    std::chrono::milliseconds patience() const;
    /// Reads every result up to the Sync. Nothing when the connection was lost on the way.
    std::optional<CommitResult> read_results();
    CommitResult take_lane();
    CommitResult lose_connection(const std::string& why);

    ConnectionOptions options_;
    std::string holder_;
    std::chrono::milliseconds resolve_time_;
    std::optional<Connection> connection_;
    std::optional<RowTypes> row_types_;  // of that connection
    std::optional<std::int64_t> epoch_;  // none before the lane was first taken
    LaneRow written_;
    std::deque<LaneRow> under_way_;  // the row after each batch that is sent and not finished
};

}  // namespace souk
