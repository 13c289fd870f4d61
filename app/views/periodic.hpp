#pragma once
// Calls a function every so often on a thread of its own, until it is stopped.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace souk {

class Periodic {
public:
    Periodic() = default;
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;
    ~Periodic() { stop(); }

    /// The first call comes after one interval. `work` must not throw.
    void start(std::chrono::milliseconds interval, std::function<void()> work) {
        thread_ = std::thread([this, interval, work = std::move(work)] {
            std::unique_lock lock(mutex_);
            while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
                lock.unlock();
                work();
                lock.lock();
            }
        });
    }

    /// Returns when no call is under way. Idempotent.
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_one();
        if (thread_.joinable()) thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_{false};
    std::thread thread_;
};

}  // namespace souk
