#pragma once
// One request's life, from the stages through its handler to the answer. A handler awaits what is
// not here yet; it always goes on, on the thread of its connection.

#include <array>
#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "domain/audit.hpp"
#include "domain/ids.hpp"
#include "http/executor.hpp"
#include "http/principal.hpp"
#include "http/request.hpp"
#include "http/services.hpp"
#include "http/task.hpp"

namespace souk {

struct LiveOpening;  // live/opening.hpp
struct Route;

/// The values of a route's {names}; views into the request's path.
struct PathValues {
    static constexpr std::size_t capacity = 6;
    std::array<std::pair<std::string_view, std::string_view>, capacity> values;
    std::size_t size{0};

    void add(std::string_view name, std::string_view value) { values[size++] = {name, value}; }
    std::string_view find(std::string_view name) const;
};

/// Suspends until a promise is kept, and not at all when it was kept at once.
template <class T>
class [[nodiscard]] Wait {
public:
    template <class Start>
    Wait(std::shared_ptr<Executor> executor, Start& start)
        : state_(std::make_shared<State>(std::move(executor))) {
        start(Promise<T>([state = state_](T value) { state->deliver(std::move(value)); }));
    }

    bool await_ready() const noexcept {
        return state_->phase.load(std::memory_order_acquire) == Phase::delivered;
    }
    /// False, meaning "go on", when the value came in the meantime.
    bool await_suspend(std::coroutine_handle<> waiting) noexcept {
        state_->waiting = waiting;
        auto expected = Phase::started;
        return state_->phase.compare_exchange_strong(expected, Phase::suspended,
                                                     std::memory_order_acq_rel);
    }
    T await_resume() { return std::move(*state_->value); }

private:
    enum class Phase { started, suspended, delivered };

    struct State {
        explicit State(std::shared_ptr<Executor> where) : executor(std::move(where)) {}

        void deliver(T delivered_value) {
            value.emplace(std::move(delivered_value));
            const auto before = phase.exchange(Phase::delivered, std::memory_order_acq_rel);
            if (before == Phase::suspended) executor->post([to = waiting] { to.resume(); });
        }

        std::shared_ptr<Executor> executor;
        std::optional<T> value;
        std::coroutine_handle<> waiting;
        std::atomic<Phase> phase{Phase::started};
    };
    std::shared_ptr<State> state_;
};

class Call {
public:
    Call(Request request, const Services& services, std::shared_ptr<Executor> executor,
         const TenantId& tenant = default_tenant);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    const Request& request() const { return request_; }
    const Services& services() const { return services_; }
    const Principal& principal() const { return principal_; }
    /// The marketplace that is asked, which is the principal's own.
    const TenantId& tenant() const { return principal_.tenant; }
    const std::string& request_id() const { return request_id_; }
    /// The thread of the call's connection.
    const std::shared_ptr<Executor>& executor() const { return executor_; }
    /// Who asks: the API key or the user, or a guest's address.
    std::string caller() const;
    /// Whose budget this is charged to: theirs, or that of a guest's network.
    std::string budget() const;
    /// Who does this, for the audit.
    Doer doer() const {
        return {principal_.actor(), principal_.name, request_.remote_address, request_id_,
                principal_.tenant};
    }
    /// Null until a route was found.
    const Route* route() const { return route_; }
    TimePoint started_at() const { return started_at_; }

    /// The value of {name} in the route's pattern.
    std::string_view path(std::string_view name) const { return path_values_.find(name); }

    /// A malformed id names nothing: `not_found`.
    template <class IdT>
    Result<IdT> path_id(std::string_view name) const {
        if (const auto id = parse_id<IdT>(path(name))) return *id;
        return refuse(ErrorCode::not_found, "there is nothing at this address");
    }

    /// The version an If-Match header insists on, from an ETag made by `etag_of`; nothing when
    /// there is no header or it is "*". `precondition_failed` for a tag that is none of ours.
    Result<std::optional<Version>> expected_version() const;

    /// What travels with a command. It passes the Idempotency-Key on: the entity asked with it
    /// stores the answer in its own commit, so a handler asks one entity with it, or none.
    AskContext ask_context();
    /// The same without the key, for a command that is answered by a later commit than its own: the
    /// stage then remembers the answer, once it is there.
    AskContext ask_context_without_key() const {
        return {request_id_, principal_.actor(), {}, {}, {}, tenant()};
    }
    bool idempotency_passed_on() const { return idempotency_passed_on_; }

    /// After its answer the connection goes on as a stream of updates.
    void go_live(std::shared_ptr<LiveOpening> opening) { opening_ = std::move(opening); }
    std::shared_ptr<LiveOpening> take_opening() { return std::move(opening_); }

    /// SHA-256 over method, canonical path and body, in hex: tells a repeat from another wish.
    const std::string& request_hash();

    /// `co_await call.wait<T>([&](Promise<T> promise) { … })`. The lambda runs at once and may
    /// capture by reference only. T is a Result.
    template <class T, class Start>
    Wait<T> wait(Start&& start) {
        static_assert(std::is_trivially_destructible_v<std::remove_cvref_t<Start>>,
                      "capture by reference: GCC 12 would destroy captured values twice");
        return Wait<T>(executor_, start);
    }

private:
    friend class Stages;

    Request request_;
    const Services& services_;
    std::shared_ptr<Executor> executor_;
    TimePoint started_at_;
    const Route* route_{nullptr};
    PathValues path_values_;
    std::string_view canonical_path_;  // the path below /api/v1 or /api
    Principal principal_;
    std::string request_id_;
    std::string trace_id_;  // of a W3C traceparent
    std::string request_hash_;
    std::optional<IdempotencyKey> idempotency_;
    bool idempotency_passed_on_{false};
    bool overdue_{false};               // answered in its handler's stead
    std::optional<RateDecision> rate_;  // of this caller, when a limit applies
    std::shared_ptr<LiveOpening> opening_;
    std::string allow_;  // the path's methods, when this one is not among them
};

/// "too many requests: wait and try again"
Error too_many(const RateDecision& decision, std::string_view what);

/// The ETag of a version, quoted.
std::string etag_of(Version version);

}  // namespace souk
