#pragma once
// Redis on one thread: commands gather while one batch is under way and travel together. It is an
// aid, never a need: when it is gone, every command fails at once and callers do without.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "domain/result.hpp"

struct redisContext;

namespace souk {

struct RedisOptions {
    std::string url;  // "redis://[:password@]host[:port][/database]" or "unix:///path"
    std::chrono::milliseconds connect_timeout{500};
    std::chrono::milliseconds command_timeout{500};
    std::size_t max_waiting{10'000};
};

/// A parsed URL.
struct RedisAddress {
    std::string socket;  // set: a Unix socket
    std::string host;
    int port{6379};
    std::string password;
    int database{0};
};
std::optional<RedisAddress> parse_redis_url(std::string_view url);

/// What Redis answered.
struct RedisValue {
    bool nil{false};
    std::int64_t integer{};
    std::string text;
    std::vector<RedisValue> elements;
};

class Redis {
public:
    /// Runs on our thread, or at once on the caller's when the command is refused.
    using Done = std::function<void(Result<RedisValue>)>;

    explicit Redis(RedisOptions options);
    Redis(const Redis&) = delete;
    Redis& operator=(const Redis&) = delete;
    ~Redis();

    /// `invalid_input` when the URL is malformed. Connects in the background.
    Result<void> start();
    void stop();

    bool up() const { return up_; }

    /// Runs on our thread with a new connection, before any other command: these commands go first.
    void at_connect(std::vector<std::string> command);

    /// `unavailable` when Redis is gone or too much waits, `internal` when it refuses the command.
    void command(std::vector<std::string> arguments, Done done);
    /// The same for a Lua script, which must stay where it is: it is sent by its hash.
    void script(const char* source, std::vector<std::string> keys,
                std::vector<std::string> arguments, Done done);

    /// Runs the work on our thread after the time, earlier when the connection is lost. One at a
    /// time: false, and nothing is kept, while another waits or Redis is gone.
    bool after(std::chrono::milliseconds time, std::function<void()> work);

private:
    struct Pending {
        std::vector<std::string> arguments;
        Done done;
        const char* source{nullptr};  // of a script
    };
    struct ContextDeleter {
        void operator()(redisContext* context) const;
    };
    using Context = std::unique_ptr<redisContext, ContextDeleter>;
    struct Delayed {
        std::chrono::steady_clock::time_point at;
        std::function<void()> work;
    };

    void submit(Pending pending);
    void run();
    bool connect();
    bool authenticate(const RedisAddress& address);
    void serve();
    std::vector<Pending> next_batch();
    void run_delayed(bool now);
    /// False when the connection broke on the way.
    bool exchange(std::vector<Pending>& batch);
    std::optional<std::string> hash_of(const char* source);
    std::optional<Result<RedisValue>> call(const std::vector<std::string>& arguments);
    void disconnected();
    static void refuse_all(std::vector<Pending>& batch);

    const RedisOptions options_;
    RedisAddress address_;
    std::vector<std::vector<std::string>> at_connect_;
    Context context_;
    std::unordered_map<const char*, std::string> hashes_;  // of scripts, on this connection
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Pending> waiting_;
    std::optional<Delayed> delayed_;
    bool stopping_{false};
    std::atomic<bool> up_{false};
    std::thread thread_;
};

}  // namespace souk
