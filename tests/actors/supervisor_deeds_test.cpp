#include "actors/supervisor_deeds.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

SupervisorDeed deed(SupervisorKind supervisor, std::int64_t at) {
    return {TimePoint{Duration{at}}, supervisor, "did", std::to_string(at), ""};
}

}  // namespace

TEST_CASE("deeds of all supervisors are shown newest first", "[actors][console]") {
    SupervisorDeeds deeds;
    deeds.note(deed(SupervisorKind::mails, 1));
    deeds.note(deed(SupervisorKind::relays, 2));
    deeds.note(deed(SupervisorKind::mails, 3));
    const auto newest = deeds.newest();
    REQUIRE(newest.size() == 3);
    CHECK(newest[0].subject == "3");
    CHECK(newest[1].subject == "2");
    CHECK(newest[2].subject == "1");
}

TEST_CASE("the last deeds of each are kept, and a busy one crowds out no other",
          "[actors][console]") {
    SupervisorDeeds deeds;
    deeds.note(deed(SupervisorKind::payments, 0));
    for (std::int64_t i = 1; i <= 1'000; ++i) deeds.note(deed(SupervisorKind::reservations, i));
    const auto newest = deeds.newest();
    REQUIRE(newest.size() == SupervisorDeeds::kept + 1);
    CHECK(newest.front().subject == "1000");
    CHECK(newest.back().supervisor == SupervisorKind::payments);
}
