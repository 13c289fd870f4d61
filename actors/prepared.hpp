#pragma once
// A change that an entity has decided and keeps in memory, to be committed together with others'.
// Dropping it gives back what it took.

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "actors/activation.hpp"
#include "actors/message_watch.hpp"
#include "domain/change.hpp"
#include "protocol/answer.hpp"

namespace souk {

class Prepared {
public:
    explicit Prepared(MessageRecordPtr record) : record_(std::move(record)) {}
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    virtual ~Prepared() = default;

    /// Moves the change and the obligation to settle it into a submission, which must go to the
    /// lane before this object ends.
    virtual void hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) = 0;

    /// Of the message that decided it, while somebody looks.
    const MessageRecordPtr& record() const { return record_; }

private:
    MessageRecordPtr record_;
};
using PreparedPtr = std::unique_ptr<Prepared>;

/// Asks one entity to prepare its part.
using JointPart = std::function<void(Promise<Result<PreparedPtr>>)>;

struct JointResult {
    std::vector<PreparedPtr> prepared;
    std::vector<std::pair<std::size_t, Error>> refusals;  // by position among the parts
};

/// Asks for every part; `done` runs once, on any thread, when all have answered. Whatever is in the
/// result and not handed over gives back what it took by itself.
void prepare_jointly(const std::vector<JointPart>& parts, std::function<void(JointResult)> done);

}  // namespace souk
