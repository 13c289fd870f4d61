#pragma once
// What the write lane needs of a store: commit batches of change sets, each as one transaction.

#include <cstddef>
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

/// What became of the batches under way when the connection was lost: the first `committed` of them
/// are durable, and the others are as `rest` says.
struct Resolution {
    std::size_t committed{0};
    CommitResult rest;
};

/// Used by the lane's one thread only. Batches may follow each other before the first is finished;
/// they are committed in that order, and none without those before it.
class BatchStore {
public:
    virtual ~BatchStore() = default;
    /// Sends a batch. `committed` means that it is under way and must be finished.
    virtual CommitResult begin(std::span<const ChangeSet* const> batch) = 0;
    /// Waits for the outcome of the oldest batch under way. After any but `committed`, the batches
    /// behind it are void: nothing of them is written, and they are not to be finished; only after
    /// `unknown` does resolve() tell what became of them.
    virtual CommitResult finish() = 0;
    /// Waits until finish() can answer (true) or `wake`, a file descriptor, is readable (false).
    virtual bool wait(int wake) = 0;
    /// After an unknown commit: looks for a bounded time for what became of the batches under way.
    /// Unless the rest is `unknown`, that is final; if it is, recover() must succeed before
    /// anything is read or written.
    virtual Resolution resolve() = 0;
    /// Whether the lane is still ours; without a change to commit, nothing else would tell.
    virtual CommitResult check() = 0;
    /// Connects and takes the lane when it was lost. True when commits may be tried again. When
    /// this returns true, no earlier transaction of this store can still be under way.
    virtual CommitResult recover() = 0;
};

}  // namespace souk
