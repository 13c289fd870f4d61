#pragma once
// A transaction that is rolled back unless it was committed. For migrations, loading and accounts;
// what entities change goes through the batch writer instead.

#include "persistence/connection.hpp"

namespace souk {

class Transaction {
public:
    static Result<Transaction> begin(Connection& db);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    Result<void> commit();

private:
    explicit Transaction(Connection& db) : db_(&db) {}
    Connection* db_;  // null: committed or moved away
};

/// Commits what `work(db)` did, unless it refuses: then nothing was done. Gives its result.
template <class Work>
auto in_transaction(Connection& db, Work work) -> decltype(work(db)) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto result = work(db);
    if (!result) return result;
    if (const auto committed = transaction->commit(); !committed) return committed.error();
    return result;
}

}  // namespace souk
