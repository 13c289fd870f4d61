#include "security/hash_pool.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <utility>

#include "security/bcrypt.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

constexpr int low_priority = 10;  // of nice: it gets what others leave
constexpr int smoothing = 8;      // hashes, roughly, that the mean remembers

using Seconds = std::chrono::duration<double>;

Error stopping() { return {ErrorCode::unavailable, "the server is stopping", {}, 1}; }

/// Overwrites a password before its memory is somebody else's.
void wipe(std::string& text) { explicit_bzero(text.data(), text.size()); }

}  // namespace

struct HashPool::Shared {
    std::atomic<std::int64_t> admitted{0};
    std::atomic<std::int64_t> done{0};
    std::atomic<std::int64_t> refused{0};
    std::atomic<double> mean_s{0.1};
};

HashPool::HashPool(HashPoolSettings settings)
    : settings_(settings), shared_(std::make_shared<Shared>()) {
    nobodys_hashes_[settings_.cost];
}

void HashPool::expect_costs(const std::vector<int>& costs) {
    const std::lock_guard lock(mutex_);
    for (const int cost : costs) nobodys_hashes_[cost];
}

std::vector<int> HashPool::costs() const {
    const std::lock_guard lock(mutex_);
    std::vector<int> costs;
    for (const auto& [cost, hash] : nobodys_hashes_) costs.push_back(cost);
    return costs;
}

std::string HashPool::nobodys_hash(int cost) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto& hash = nobodys_hashes_[cost]; !hash.empty()) return hash;
    }
    auto made = bcrypt(new_secret(), cost);
    const std::lock_guard lock(mutex_);
    return nobodys_hashes_[cost] = std::move(made);
}

void HashPool::start() {
    for (std::size_t i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { run(); });
}

void HashPool::stop() {
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

Result<HashPool::Place> HashPool::enter() {
    const auto room = static_cast<std::int64_t>(settings_.threads + settings_.queue);
    const auto before = shared_->admitted.fetch_add(1);
    Place place(nullptr, [shared = shared_](const void*) { --shared->admitted; });
    if (before < room) return place;
    ++shared_->refused;
    const auto threads = static_cast<double>(settings_.threads);
    const double wait = shared_->mean_s * static_cast<double>(before) / threads;
    return Error{ErrorCode::unavailable,
                 "too many passwords are being checked: try again",
                 {},
                 std::max(1, static_cast<int>(std::ceil(wait)))};
}

void HashPool::hash(Place place, std::string password,
                    std::function<void(Result<std::string>)> done) {
    submit(std::move(place),
           [this, password = std::move(password), done = std::move(done)](bool refused) mutable {
               if (refused) return done(stopping());
               Result<std::string> hashed = refuse(ErrorCode::internal, "bcrypt has failed");
               try {
                   hashed = bcrypt(password, settings_.cost);
               } catch (const std::exception& failure) {
                   hashed = refuse(ErrorCode::internal, failure.what());
               }
               wipe(password);
               done(std::move(hashed));
           });
}

void HashPool::verify(Place place, std::string password, std::optional<std::string> hash,
                      std::function<void(Result<bool>)> done) {
    submit(std::move(place), [this, password = std::move(password), hash = std::move(hash),
                              done = std::move(done)](bool refused) mutable {
        if (refused) return done(stopping());
        const auto own_cost = hash ? bcrypt_cost(*hash) : std::nullopt;
        if (own_cost) expect_costs({*own_cost});
        const bool matches = hash && bcrypt_matches(password, *hash);
        for (const int cost : costs())
            if (cost != own_cost) (void)bcrypt_matches(password, nobodys_hash(cost));
        wipe(password);
        done(matches);
    });
}

bool HashPool::is_outdated(const std::string& hash) const {
    return bcrypt_cost(hash) != settings_.cost;
}

HashPool::Figures HashPool::figures() const {
    return {shared_->admitted, shared_->done, shared_->refused};
}

void HashPool::submit(Place place, Work work) {
    // Held as long as the work is kept.
    Work held = [place = std::move(place), work = std::move(work)](bool refused) { work(refused); };
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            waiting_.push_back(std::move(held));
            held = {};
        }
    }
    if (held) return held(true);
    wake_.notify_one();
}

void HashPool::run() {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), low_priority);
    for (const int cost : costs()) nobodys_hash(cost);  // before any work is taken
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        const auto work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        const auto begun = std::chrono::steady_clock::now();
        work(false);
        const double took = Seconds(std::chrono::steady_clock::now() - begun).count();
        shared_->mean_s = shared_->mean_s + (took - shared_->mean_s) / smoothing;
        ++shared_->done;
    }
}

}  // namespace souk
