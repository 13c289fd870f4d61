#pragma once
// A small lazy coroutine: it starts when awaited, gives back one value, and hands an exception to
// whoever awaits it. It knows no executor: where it resumes is decided by what it awaits.
//
// Name what you pass into a co_await expression before it: GCC 12 may destroy temporaries in such
// an expression twice.

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace souk {

template <class T>
class [[nodiscard]] Task {
    static_assert(!std::is_void_v<T> && !std::is_reference_v<T>);

public:
    struct promise_type {
        Task get_return_object() { return Task{Handle::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }

        /// Control goes straight to the awaiting coroutine, so that depth costs no stack.
        struct FinalSuspend {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(
                std::coroutine_handle<promise_type> finished) noexcept {
                return finished.promise().awaiting;
            }
            void await_resume() noexcept {}
        };
        FinalSuspend final_suspend() noexcept { return {}; }

        template <class Value>
        void return_value(Value&& returned) {
            value.emplace(std::forward<Value>(returned));
        }
        void unhandled_exception() noexcept { exception = std::current_exception(); }

        std::coroutine_handle<> awaiting = std::noop_coroutine();
        std::optional<T> value;
        std::exception_ptr exception;
    };

    Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, {})) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(coroutine_, other.coroutine_);
        return *this;
    }
    ~Task() {
        if (coroutine_) coroutine_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        coroutine_.promise().awaiting = awaiting;
        return coroutine_;
    }
    T await_resume() {
        auto& promise = coroutine_.promise();
        if (promise.exception) std::rethrow_exception(promise.exception);
        return std::move(*promise.value);
    }

    /// For the one place that drives a whole request: runs up to the first wait or to the end.
    void start() { coroutine_.resume(); }
    bool done() const { return coroutine_.done(); }

private:
    using Handle = std::coroutine_handle<promise_type>;
    explicit Task(Handle coroutine) : coroutine_(coroutine) {}
    Handle coroutine_;
};

}  // namespace souk
