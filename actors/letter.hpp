#pragma once
// The one message our actors exchange inside a node: a letter whose body knows how to refuse
// itself, so that nothing that is dropped leaves its caller waiting.

#include <caf/allowed_unsafe_message_type.hpp>
#include <chrono>
#include <memory>
#include <string_view>

#include "domain/result.hpp"

namespace souk {

enum class LetterKind {
    command,       // for the entity's rules; waits while the entity loads or is busy
    continuation,  // the rest of something the entity has begun; never waits
    loaded,        // its rows have been read
    passivate,     // leave memory if nothing is going on
    leave,         // leave memory as soon as nothing is going on
    restart,       // end this life; the next letter begins another from the rows
    inspect,       // say what is in memory
    retire,        // the last letter of a life
};

class LetterBody {
public:
    explicit LetterBody(LetterKind kind) : kind_(kind) {}
    virtual ~LetterBody() = default;
    LetterKind kind() const { return kind_; }
    /// Answers whoever waits for this letter's outcome.
    virtual void refuse(const Error&) {}
    /// For whoever looks at the mail: what is wanted, and whose request it belongs to.
    virtual std::string_view what() const { return {}; }
    virtual std::string_view request_id() const { return {}; }
    /// Does this begin something, or belong to what has begun? A node that is drained takes the
    /// latter still.
    virtual bool starts_work() const { return true; }
    /// Goes on even while an operator has paused the kind: what has begun must be able to end.
    virtual bool ends_work() const { return !starts_work(); }

    std::chrono::steady_clock::time_point posted_at{};  // set while somebody looks

private:
    LetterKind kind_;
};

using LetterPtr = std::shared_ptr<LetterBody>;

struct Letter {
    LetterPtr body;
};

}  // namespace souk

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(souk::Letter)
