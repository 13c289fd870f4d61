#pragma once
// bcrypt on threads of its own, at low priority and with a bounded queue: a storm of log-ins is
// turned away at its door, and everything else goes on. What waits and what is turned away takes
// nothing from who serves requests.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "domain/result.hpp"

namespace souk {

struct HashPoolSettings {
    std::size_t threads{1};
    std::size_t queue{32};  // that wait or are on their way here
    int cost{12};           // of bcrypt; hashing takes twice as long with each step
};

class HashPool {
public:
    explicit HashPool(HashPoolSettings settings);
    HashPool(const HashPool&) = delete;
    HashPool& operator=(const HashPool&) = delete;
    ~HashPool() { stop(); }

    void start();
    /// Passwords may be hashed with these costs too, as when another cost was asked for once.
    void expect_costs(const std::vector<int>& costs);
    /// Refuses what waits, finishes what runs, ends the threads. Idempotent.
    void stop();

    /// A promise of room for one hash, given back with its last copy.
    using Place = std::shared_ptr<const void>;
    /// Taken before anything else is done for a request, so that one for which there is no room
    /// costs nothing. `unavailable`, with the time the queue takes at the pace of late.
    Result<Place> enter();

    /// Both answer once, on a thread of the pool or of who stops it; `done` must not throw.
    void hash(Place place, std::string password, std::function<void(Result<std::string>)> done);
    /// Checks against one hash of every cost there is, with or without one to check: it takes as
    /// long for everybody, and nobody learns who exists.
    void verify(Place place, std::string password, std::optional<std::string> hash,
                std::function<void(Result<bool>)> done);

    /// Was the hash made with another cost than is asked for today?
    bool is_outdated(const std::string& hash) const;

    struct Figures {
        std::int64_t waiting{};  // or on their way
        std::int64_t done{};
        std::int64_t refused{};
    };
    Figures figures() const;

private:
    struct Shared;  // what places count down, also after the pool has gone
    using Work = std::function<void(bool refused)>;

    void submit(Place place, Work work);
    std::string nobodys_hash(int cost);
    std::vector<int> costs() const;
    void run();

    const HashPoolSettings settings_;
    const std::shared_ptr<Shared> shared_;
    mutable std::mutex mutex_;
    std::map<int, std::string> nobodys_hashes_;  // by cost; empty until it is needed
    std::condition_variable wake_;
    std::deque<Work> waiting_;
    bool stopping_{false};
    std::vector<std::thread> threads_;
};

}  // namespace souk
