#pragma once
// Seals what is kept of people anew, under the connection's newest key, table by table and in
// batches, while others write: a row that changed since it was read is left to them.

#include <cstdint>
#include <string>

#include "persistence/query.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {

/// Goes through one table by its primary key.
class Resealing {
public:
    explicit Resealing(const SealedTable& table);

    struct Step {
        std::int64_t read{};    // rows that were not wholly under the newest key
        std::int64_t sealed{};  // those of them that nobody else wrote meanwhile
        bool at_end{false};
    };
    /// The next `limit` rows. Throws when one of them does not open.
    Result<Step> step(Connection& db, std::int64_t limit);

    /// The key of the row that was read last.
    std::string place() const;

private:
    Result<std::int64_t> seal(Connection& db, Row row);

    const SealedTable& table_;
    const std::string update_;
    std::vector<std::string> last_;  // the key of the last row that was read; empty: none was
};

}  // namespace souk
