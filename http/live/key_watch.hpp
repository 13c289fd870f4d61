#pragma once
// Whether a connection's API key still holds: asked again before more is followed, and now and then
// for what is followed already.

#include <functional>
#include <memory>
#include <optional>

#include "http/live/access.hpp"
#include "http/live/reader.hpp"

namespace souk {

/// Who the key's holder is by now; `unauthenticated` when it holds no more. Answers on the
/// connection's thread, perhaps at once. Null: there is no key.
using KeyCheck = std::function<void(std::function<void(Result<Principal>)>)>;

class KeyWatch : public std::enable_shared_from_this<KeyWatch> {
public:
    /// The reader must outlive the watch.
    KeyWatch(const LiveReader& reader, LiveCaller caller, KeyCheck check);

    /// As of the last answer.
    const LiveCaller& caller() const { return caller_; }

    /// Says why the connection must end, or another error when the key could not be looked up;
    /// nothing when the key holds, for all that is followed. Perhaps at once; never once the watch
    /// is gone.
    void ask(std::function<void(std::optional<Error>)> done);

    static bool must_end(const Error& refusal);

private:
    std::optional<Error> judge(Result<Principal> now);

    const LiveReader& reader_;
    LiveCaller caller_;
    const KeyCheck check_;
};

}  // namespace souk
