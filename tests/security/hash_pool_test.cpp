#include "security/hash_pool.hpp"

#include <algorithm>
#include <chrono>
#include <future>

#include "security/bcrypt.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

namespace {

constexpr int quick = 4;

template <class T>
struct Awaited {
    std::shared_ptr<std::promise<T>> given = std::make_shared<std::promise<T>>();
    std::function<void(T)> done() const {
        return [to = given](T value) { to->set_value(std::move(value)); };
    }
    T get() const { return given->get_future().get(); }
};

Result<std::string> hash(HashPool& pool, const std::string& password) {
    const Awaited<Result<std::string>> answer;
    pool.hash(*pool.enter(), password, answer.done());
    return answer.get();
}

Result<bool> verify(HashPool& pool, const std::string& password, std::optional<std::string> hash) {
    const Awaited<Result<bool>> answer;
    pool.verify(*pool.enter(), password, std::move(hash), answer.done());
    return answer.get();
}

}  // namespace

TEST_CASE("the pool hashes and verifies", "[security][hash_pool]") {
    HashPool pool({.threads = 2, .queue = 4, .cost = quick});
    pool.start();
    const auto hashed = hash(pool, "correct horse");
    REQUIRE(hashed);
    CHECK(bcrypt_matches("correct horse", *hashed));
    CHECK(*verify(pool, "correct horse", *hashed));
    CHECK_FALSE(*verify(pool, "wrong horse", *hashed));
    CHECK(hash(pool, std::string(73, 'x')).error().code == ErrorCode::internal);
}

TEST_CASE("nobody's password is never right", "[security][hash_pool]") {
    HashPool pool({.threads = 1, .queue = 4, .cost = quick});
    pool.start();
    CHECK_FALSE(*verify(pool, "", std::nullopt));
    CHECK_FALSE(*verify(pool, "password", std::nullopt));
}

TEST_CASE("a full pool turns away with the time its queue takes", "[security][hash_pool]") {
    HashPool pool({.threads = 1, .queue = 2, .cost = quick});
    std::vector<HashPool::Place> places;
    for (int i = 0; i < 3; ++i) places.push_back(*pool.enter());
    const auto refused = pool.enter();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unavailable);
    CHECK(refused.error().retry_after_s >= 1);
    CHECK(pool.figures().refused == 1);
    places.pop_back();
    CHECK(pool.enter());
}

TEST_CASE("a place is taken until its work is done", "[security][hash_pool]") {
    HashPool pool({.threads = 1, .queue = 0, .cost = quick});
    const Awaited<Result<bool>> answer;
    pool.verify(*pool.enter(), "password", std::nullopt, answer.done());  // nobody works yet
    CHECK_FALSE(pool.enter());
    pool.start();
    CHECK(answer.get());
    pool.stop();
    CHECK(pool.enter());
}

TEST_CASE("what waits when the pool stops is told so", "[security][hash_pool]") {
    HashPool pool({.threads = 1, .queue = 4, .cost = quick});
    const Awaited<Result<std::string>> waiting;
    pool.hash(*pool.enter(), "password", waiting.done());
    pool.stop();
    CHECK(waiting.get().error().code == ErrorCode::unavailable);
    CHECK(hash(pool, "password").error().code == ErrorCode::unavailable);
    CHECK(verify(pool, "password", std::nullopt).error().code == ErrorCode::unavailable);
}

TEST_CASE("a hash of another cost is outdated", "[security][hash_pool]") {
    HashPool pool({.threads = 1, .queue = 4, .cost = 5});
    CHECK(pool.is_outdated(bcrypt("password", quick)));
    CHECK_FALSE(pool.is_outdated(bcrypt("password", 5)));
}

TEST_CASE("every password is checked against one hash of each cost", "[security][hash_pool]") {
    HashPool pool({.threads = 1, .queue = 4, .cost = quick});
    pool.expect_costs({9});
    pool.start();
    const auto time_of = [&](const std::optional<std::string>& hash) {
        auto best = std::chrono::steady_clock::duration::max();
        for (int i = 0; i < 5; ++i) {
            const auto begun = std::chrono::steady_clock::now();
            CHECK_FALSE(*verify(pool, "wrong", hash));
            best = std::min(best, std::chrono::steady_clock::now() - begun);
        }
        return best;
    };
    const auto unknown = time_of(std::nullopt);
    const auto cheap = time_of(bcrypt("password", quick));
    const auto dear = time_of(bcrypt("password", 9));
    // Without it the dear one takes 32 times as long as the cheap one.
    CHECK(dear < 3 * cheap);
    CHECK(dear < 3 * unknown);
    CHECK(cheap < 3 * dear);
}
