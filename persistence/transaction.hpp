#pragma once
// A transaction that is rolled back unless it was committed. For migrations and loading; what
// entities change goes through the batch writer instead.

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

}  // namespace souk
