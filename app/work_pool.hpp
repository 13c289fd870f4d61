#pragma once
// Threads that may wait, with a bounded queue before them: for what would otherwise hold up those
// who may not.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace souk {

class WorkPool {
public:
    /// Runs once, on one of the threads; or on that of who stops the pool, with `refused`. Must
    /// not throw.
    using Work = std::function<void(bool refused)>;

    WorkPool(std::size_t threads, std::size_t queue)
        : thread_count_(threads), max_waiting_(queue) {}
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;
    ~WorkPool() { stop(); }

    void start();
    /// Refuses what waits, lets what runs finish, ends the threads. Idempotent.
    void stop();

    /// False, and `work` is dropped, when too much waits or the pool has stopped.
    bool submit(Work work);

private:
    void run();

    const std::size_t thread_count_;
    const std::size_t max_waiting_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Work> waiting_;
    bool stopping_{false};
    std::vector<std::thread> threads_;
};

}  // namespace souk
