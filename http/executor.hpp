#pragma once
// The thread a connection lives on, seen from everywhere else.

#include <functional>

namespace souk {

class Executor {
public:
    virtual ~Executor() = default;
    /// Runs the work on that thread, soon; drops it when the server has stopped. Thread-safe.
    virtual void post(std::function<void()> work) = 0;
};

/// For tests: runs the work at once, on the caller's thread.
class InlineExecutor final : public Executor {
public:
    void post(std::function<void()> work) override { work(); }
};

}  // namespace souk
