#include "persistence/transaction.hpp"

#include <utility>

namespace souk {

Result<Transaction> Transaction::begin(Connection& db) {
    if (const auto begun = db.run_script("BEGIN"); !begun) return begun.error();
    return Transaction{db};
}

Transaction::Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

Transaction::~Transaction() {
    // A failure here is a connection that is gone, and with it the transaction.
    if (db_ != nullptr && db_->alive()) static_cast<void>(db_->run_script("ROLLBACK"));
}

Result<void> Transaction::commit() {
    Connection& db = *std::exchange(db_, nullptr);
    if (const auto done = db.run_script("COMMIT"); !done) return done.error();
    return {};
}

}  // namespace souk
