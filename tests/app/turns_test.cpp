#include "app/views/turns.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace souk {

TEST_CASE("work waits for its turn, and begins in the order of asking", "[app][console]") {
    const auto turns = std::make_shared<Turns>(2);
    std::string begun;
    std::vector<Turns::Turn> held;
    const auto work = [&](char name) {
        return turns->take([&begun, &held, name](Turns::Turn turn) {
            begun += name;
            held.push_back(std::move(turn));
        });
    };
    CHECK(work('a'));
    CHECK(work('b'));
    CHECK(work('c'));
    CHECK_FALSE(work('d'));
    CHECK(begun == "a");
    held.at(0).reset();
    CHECK(begun == "ab");
    CHECK(work('e'));
    held.at(1).reset();
    held.at(2).reset();
    CHECK(begun == "abce");
    held.at(3).reset();
    CHECK(work('f'));
    CHECK(begun == "abcef");
}

TEST_CASE("a turn that outlives its turns ends quietly", "[app][console]") {
    auto turns = std::make_shared<Turns>(1);
    Turns::Turn held;
    turns->take([&](Turns::Turn turn) { held = std::move(turn); });
    turns.reset();
    held.reset();
    CHECK(held == nullptr);
}

}  // namespace souk
