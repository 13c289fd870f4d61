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
    unknown,      // the connection was lost in mid-commit
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
    /// After an unknown commit: looks for its outcome for a bounded time. Committed and unavailable
    /// are final; unknown means that recover() must succeed before anything is read or written.
    virtual CommitResult resolve() = 0;
    /// Whether the lane is still ours; without a change to commit, nothing else would tell.
    virtual CommitResult check() = 0;
    /// Connects and takes the lane when it was lost. True when commits may be tried again. When
    /// this returns true, no earlier transaction of this store can still be under way.
    virtual CommitResult recover() = 0;
};

}  // namespace souk
