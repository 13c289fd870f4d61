#pragma once
// What the write lane needs of a store: commit a batch of change sets as one transaction.

#include <cstdint>
#include <span>
#include <string>

#include "domain/change.hpp"

namespace souk {

enum class CommitStatus {
    committed,
    refused,      // the database said no; surely nothing was written
    unavailable,  // not reachable; surely nothing was written
    unknown,      // the connection was lost in mid-commit and could not be resolved in time
    fenced,       // another server has taken the lane; surely nothing was written
};

struct CommitResult {
    CommitStatus status{CommitStatus::committed};
    std::string detail;
};

/// Used by the lane's one thread only.
class BatchStore {
public:
    virtual ~BatchStore() = default;
    virtual CommitResult commit(std::span<const ChangeSet* const> batch) = 0;
    /// Connects and takes the lane when it was lost. True when commits may be tried again. When
    /// this returns true, no earlier transaction of this store can still be under way.
    virtual CommitResult recover() = 0;
};

}  // namespace souk
