#include "app/work_pool.hpp"

namespace souk {

void WorkPool::start() {
    for (std::size_t i = 0; i < thread_count_; ++i) threads_.emplace_back([this] { run(); });
}

void WorkPool::stop() {
    std::deque<Work> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left.swap(waiting_);
    }
    wake_.notify_all();
    for (const auto& work : left) work(true);
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

bool WorkPool::submit(Work work) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || waiting_.size() >= max_waiting_) return false;
        waiting_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}

void WorkPool::run() {
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        const auto work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work(false);
    }
}

}  // namespace souk
