#include "persistence/redis.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <hiredis.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

namespace souk {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_batch = 256;
constexpr auto first_pause = 50ms;
constexpr auto longest_pause = 2'000ms;
constexpr auto idle_check = 1s;

timeval to_timeval(std::chrono::milliseconds time) {
    return {time.count() / 1000, static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

Error gone() { return {ErrorCode::unavailable, "Redis is not reachable", {}, 1}; }

struct ReplyDeleter {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

RedisValue value_of(const redisReply& reply) {
    RedisValue value;
    value.nil = reply.type == REDIS_REPLY_NIL;
    value.integer = reply.integer;
    if (reply.str != nullptr) value.text.assign(reply.str, static_cast<std::size_t>(reply.len));
    for (std::size_t i = 0; i < reply.elements; ++i)
        value.elements.push_back(value_of(*reply.element[i]));
    return value;
}

Result<RedisValue> result_of(const redisReply& reply) {
    auto value = value_of(reply);
    if (reply.type == REDIS_REPLY_ERROR)
        return Error{ErrorCode::internal, "Redis: " + std::move(value.text)};
    return value;
}

/// The script left Redis behind our back (SCRIPT FLUSH, a restart behind a proxy).
bool lost_script(const Result<RedisValue>& result) {
    return !result && result.error().message.find("NOSCRIPT") != std::string::npos;
}

bool append(redisContext* context, const std::vector<std::string>& arguments) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto& argument : arguments) {
        texts.push_back(argument.data());
        sizes.push_back(argument.size());
    }
    return redisAppendCommandArgv(context, static_cast<int>(texts.size()), texts.data(),
                                  sizes.data()) == REDIS_OK;
}

/// Nothing when the connection broke.
Reply next_reply(redisContext* context) {
    void* reply = nullptr;
    if (redisGetReply(context, &reply) != REDIS_OK) return nullptr;
    return Reply(static_cast<redisReply*>(reply));
}

bool take_number(std::string_view text, int& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= 0;
}

}  // namespace

std::optional<RedisAddress> parse_redis_url(std::string_view url) {
    RedisAddress address;
    if (url.starts_with("unix://")) {
        address.socket = url.substr(7);
        if (!address.socket.starts_with('/')) return std::nullopt;
        return address;
    }
    if (!url.starts_with("redis://")) return std::nullopt;
    url.remove_prefix(8);
    if (const auto slash = url.find('/'); slash != std::string_view::npos) {
        const auto database = url.substr(slash + 1);
        if (!database.empty() && !take_number(database, address.database)) return std::nullopt;
        url = url.substr(0, slash);
    }
    if (const auto at = url.rfind('@'); at != std::string_view::npos) {
        const auto user = url.substr(0, at);
        const auto colon = user.find(':');
        if (colon != 0) return std::nullopt;  // users came with Redis 6; a password is enough
        address.password = user.substr(1);
        url.remove_prefix(at + 1);
    }
    if (const auto colon = url.rfind(':'); colon != std::string_view::npos) {
        if (!take_number(url.substr(colon + 1), address.port)) return std::nullopt;
        if (address.port < 1 || address.port > 65'535) return std::nullopt;
        url = url.substr(0, colon);
    }
    if (url.empty()) return std::nullopt;
    address.host = url;
    return address;
}

void Redis::ContextDeleter::operator()(redisContext* context) const { redisFree(context); }

Redis::Redis(RedisOptions options) : options_(std::move(options)) {}
Redis::~Redis() { stop(); }

void Redis::at_connect(std::vector<std::string> command) {
    at_connect_.push_back(std::move(command));
}

Result<void> Redis::start() {
    const auto address = parse_redis_url(options_.url);
    if (!address) return refuse(ErrorCode::invalid_input, "redis.url", "is not a Redis URL");
    address_ = *address;
    thread_ = std::thread([this] { run(); });
    return {};
}

void Redis::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Redis::command(std::vector<std::string> arguments, Done done) {
    submit({std::move(arguments), std::move(done)});
}

void Redis::script(const char* source, std::vector<std::string> keys,
                   std::vector<std::string> arguments, Done done) {
    // The hash is filled in where the connection is known.
    std::vector<std::string> words{"EVALSHA", "", std::to_string(keys.size())};
    std::ranges::move(keys, std::back_inserter(words));
    std::ranges::move(arguments, std::back_inserter(words));
    submit({std::move(words), std::move(done), source});
}

void Redis::submit(Pending pending) {
    bool refused = true;
    {
        const std::lock_guard lock(mutex_);
        if (up_ && !stopping_ && waiting_.size() < options_.max_waiting) {
            waiting_.push_back(std::move(pending));
            refused = false;
        }
    }
    if (refused) return pending.done(gone());
    wake_.notify_one();
}

bool Redis::after(std::chrono::milliseconds time, std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (!up_ || stopping_ || delayed_) return false;
    delayed_ = Delayed{std::chrono::steady_clock::now() + time, std::move(work)};
    wake_.notify_one();
    return true;
}

void Redis::run() {
    // hiredis writes to sockets that may be closed; the signal would end the process.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    auto pause = first_pause;
    for (;;) {
        if (connect()) {
            pause = first_pause;
            serve();
        }
        disconnected();
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, pause, [this] { return stopping_; });
        if (stopping_) return;
        pause = std::min(pause * 2, std::chrono::milliseconds{longest_pause});
    }
}

bool Redis::connect() {
    const auto timeout = to_timeval(options_.connect_timeout);
    context_.reset(address_.socket.empty()
                       ? redisConnectWithTimeout(address_.host.c_str(), address_.port, timeout)
                       : redisConnectUnixWithTimeout(address_.socket.c_str(), timeout));
    if (!context_ || context_->err != 0) return false;
    if (redisSetTimeout(context_.get(), to_timeval(options_.command_timeout)) != REDIS_OK)
        return false;
    if (!authenticate(address_)) return false;
    for (const auto& command : at_connect_) {
        const auto done = call(command);
        if (!done || !*done) return false;
    }
    const std::lock_guard lock(mutex_);
    up_ = !stopping_;
    return up_;
}

bool Redis::authenticate(const RedisAddress& address) {
    std::vector<std::vector<std::string>> commands{{"PING"}};
    if (address.database != 0)
        commands.insert(commands.begin(), {"SELECT", std::to_string(address.database)});
    if (!address.password.empty()) commands.insert(commands.begin(), {"AUTH", address.password});
    return std::ranges::all_of(commands, [this](const auto& command) {
        const auto done = call(command);
        return done && *done;
    });
}

void Redis::serve() {
    for (;;) {
        auto batch = next_batch();
        run_delayed(false);
        if (!up_) return;
        if (!batch.empty() && !exchange(batch)) return refuse_all(batch);
    }
}

/// What waits, or nothing when something else is due. `up_` falls when the connection is of no more
/// use.
std::vector<Redis::Pending> Redis::next_batch() {
    std::unique_lock lock(mutex_);
    const auto check_at = std::chrono::steady_clock::now() + idle_check;
    const auto something = [this] { return !waiting_.empty() || stopping_; };
    while (!something()) {
        const auto until = delayed_ ? std::min(delayed_->at, check_at) : check_at;
        if (wake_.wait_until(lock, until) != std::cv_status::timeout) continue;
        if (until != check_at) return {};
        lock.unlock();
        const bool alive = call({"PING"}).has_value();
        lock.lock();
        up_ = alive;
        return {};
    }
    if (stopping_) {
        up_ = false;
        return {};
    }
    const auto count = std::min(waiting_.size(), max_batch);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Pending> batch(std::make_move_iterator(waiting_.begin()),
                               std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return batch;
}

/// What is due, or whatever there is.
void Redis::run_delayed(bool now) {
    std::unique_lock lock(mutex_);
    if (!delayed_ || (!now && delayed_->at > std::chrono::steady_clock::now())) return;
    const auto work = std::exchange(delayed_, std::nullopt)->work;
    lock.unlock();
    work();
}

bool Redis::exchange(std::vector<Pending>& batch) {
    for (auto& pending : batch) {
        if (pending.source != nullptr) {
            const auto hash = hash_of(pending.source);
            if (!hash) return false;
            pending.arguments[1] = *hash;
        }
    }
    for (const auto& pending : batch)
        if (!append(context_.get(), pending.arguments)) return false;
    for (auto& pending : batch) {
        const auto reply = next_reply(context_.get());
        if (!reply) return false;
        auto result = result_of(*reply);
        if (lost_script(result)) hashes_.clear();
        std::exchange(pending.done, {})(std::move(result));
    }
    return true;
}

std::optional<std::string> Redis::hash_of(const char* source) {
    if (const auto found = hashes_.find(source); found != hashes_.end()) return found->second;
    const auto loaded = call({"SCRIPT", "LOAD", source});
    if (!loaded || !*loaded) return std::nullopt;
    return hashes_.emplace(source, (*loaded)->text).first->second;
}

std::optional<Result<RedisValue>> Redis::call(const std::vector<std::string>& arguments) {
    if (!append(context_.get(), arguments)) return std::nullopt;
    const auto reply = next_reply(context_.get());
    if (!reply) return std::nullopt;
    return result_of(*reply);
}

void Redis::disconnected() {
    std::vector<Pending> left;
    {
        const std::lock_guard lock(mutex_);
        up_ = false;
        left.swap(waiting_);
    }
    context_.reset();
    hashes_.clear();
    refuse_all(left);
    run_delayed(true);
}

void Redis::refuse_all(std::vector<Pending>& batch) {
    for (auto& pending : batch)
        if (pending.done) pending.done(gone());
}

}  // namespace souk
