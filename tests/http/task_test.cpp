#include "http/task.hpp"

#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "http/call.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

/// Work that waits until the test runs it, as an event loop would.
class ManualExecutor final : public Executor {
public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    std::size_t run() {
        const auto work = std::exchange(work_, {});
        for (const auto& one : work) one();
        return work.size();
    }

private:
    std::vector<std::function<void()>> work_;
};

using Number = Result<int>;

Task<int> doubled(std::shared_ptr<Executor> executor, Promise<Number>& given) {
    const auto start = [&](Promise<Number> promise) { given = std::move(promise); };
    const auto number = co_await Wait<Number>(executor, start);
    co_return number ? *number * 2 : -1;
}

Task<int> failing() {
    throw std::runtime_error("no number");
    co_return 0;
}

Task<int> with_both(std::shared_ptr<Executor> executor, Promise<Number>& given, int& result) {
    try {
        co_await failing();
    } catch (const std::runtime_error&) {
        result = 1;
    }
    result += co_await doubled(executor, given);
    co_return result;
}

}  // namespace

TEST_CASE("a task starts only when it is awaited, and goes on where its executor says",
          "[http][task]") {
    const auto executor = std::make_shared<ManualExecutor>();
    Promise<Number> given;
    int result = 0;
    auto task = with_both(executor, given, result);
    CHECK(result == 0);
    task.start();
    CHECK(result == 1);
    std::thread([given] { given(21); }).join();
    CHECK_FALSE(task.done());
    CHECK(executor->run() == 1);
    CHECK(task.done());
    CHECK(result == 43);
}

TEST_CASE("a promise kept at once does not suspend", "[http][task]") {
    const auto executor = std::make_shared<ManualExecutor>();
    int result = 0;
    const auto at_once = [](std::shared_ptr<Executor> where, int& out) -> Task<int> {
        const auto start = [](Promise<Number> promise) { promise(4); };
        const auto number = co_await Wait<Number>(where, start);
        out = *number;
        co_return 0;
    };
    auto task = at_once(executor, result);
    task.start();
    CHECK(task.done());
    CHECK(result == 4);
    CHECK(executor->run() == 0);
}

TEST_CASE("a promise that is dropped answers all the same", "[http][task]") {
    const auto executor = std::make_shared<ManualExecutor>();
    Promise<Number> given;
    int result = 0;
    auto task = with_both(executor, given, result);
    task.start();
    given = {};
    executor->run();
    CHECK(task.done());
    CHECK(result == 0);
}

TEST_CASE("a task dropped while it waits is not woken", "[http][task]") {
    const auto executor = std::make_shared<ManualExecutor>();
    Promise<Number> given;
    int result = 0;
    {
        auto task = with_both(executor, given, result);
        task.start();
    }
    CHECK(result == 1);
}

TEST_CASE("many tasks in a row need no deep stack", "[http][task]") {
    const auto one = []() -> Task<int> { co_return 1; };
    const auto sum_up = [&]() -> Task<int> {
        int sum = 0;
        for (int i = 0; i < 10'000; ++i) sum += co_await one();
        co_return sum;
    };
    int result = 0;
    const auto outer = [&]() -> Task<int> {
        result = co_await sum_up();
        co_return 0;
    };
    auto task = outer();
    task.start();
    CHECK(result == 10'000);
}

}  // namespace souk
