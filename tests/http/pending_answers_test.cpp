#include "http/pending_answers.hpp"

#include "tests/support/catch.hpp"

namespace souk {
namespace {

const IdempotencyKey key{"guest", "k1", "hash"};

Reply into(std::vector<Outcome>& outcomes) {
    return Reply([&](const Outcome& outcome) { outcomes.push_back(outcome); });
}

}  // namespace

TEST_CASE("the first request works, the others hear its answer", "[http][pending_answers]") {
    PendingAnswers answers(10);
    std::vector<Outcome> heard;
    auto first = answers.enter(key);
    REQUIRE(first.turn);
    auto second = answers.enter(key);
    REQUIRE_FALSE(second.turn);
    CHECK(second.pending->request_hash() == "hash");
    second.pending->attach(into(heard));
    CHECK(heard.empty());
    first.turn->settle(Answer{.status = 201});
    REQUIRE(heard.size() == 1);
    CHECK(heard[0]->status == 201);
    second.pending->attach(into(heard));
    CHECK(heard.size() == 2);
    CHECK(answers.enter(key).turn);
}

TEST_CASE("keys of two callers have nothing to do with each other", "[http][pending_answers]") {
    PendingAnswers answers(10);
    const auto first = answers.enter(key);
    CHECK(answers.enter({"key_1", "k1", "hash"}).turn);
    CHECK(answers.enter({"guest", "k2", "hash"}).turn);
}

TEST_CASE("whoever leaves without an answer tells the others", "[http][pending_answers]") {
    PendingAnswers answers(10);
    std::vector<Outcome> heard;
    {
        auto first = answers.enter(key);
        answers.enter(key).pending->attach(into(heard));
    }
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].error().code == ErrorCode::unavailable);
}

TEST_CASE("only so many may wait for one answer", "[http][pending_answers]") {
    PendingAnswers answers(1);
    std::vector<Outcome> heard;
    auto first = answers.enter(key);
    const auto pending = answers.enter(key).pending;
    pending->attach(into(heard));
    pending->attach(into(heard));
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].error().code == ErrorCode::unavailable);
}

}  // namespace souk
