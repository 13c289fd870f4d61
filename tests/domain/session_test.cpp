#include "domain/session.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{10'000}};
const SessionPolicy policy{};

Session open_session() {
    Session session;
    session.created_at = now - 1h;
    session.expires_at = now + 24h * 90;
    return session;
}

RefreshVerdict judge(const RefreshToken& token, const Session& session = open_session(),
                     AccountState state = AccountState::active, TimePoint at = now) {
    return judge_refresh(token, session, state, policy, at);
}

const RefreshToken fresh{now + 24h * 7, {}};

}  // namespace

TEST_CASE("a fresh token is exchanged for the next one", "[domain][session]") {
    CHECK(judge(fresh) == RefreshVerdict::rotate);
}

TEST_CASE("a token ends at its time", "[domain][session]") {
    CHECK(judge({now + 1us, {}}) == RefreshVerdict::rotate);
    CHECK(judge({now, {}}) == RefreshVerdict::ended);
}

TEST_CASE("the second of two exchanges at once is told so and ends nothing", "[domain][session]") {
    CHECK(judge({now + 1h, now}) == RefreshVerdict::just_rotated);
    CHECK(judge({now + 1h, now - policy.leeway + 1us}) == RefreshVerdict::just_rotated);
}

TEST_CASE("a token that was exchanged before is stolen, even when it has expired",
          "[domain][session]") {
    CHECK(judge({now + 1h, now - policy.leeway}) == RefreshVerdict::reused);
    CHECK(judge({now - 1h, now - 24h}) == RefreshVerdict::reused);
}

TEST_CASE("nothing is exchanged in a session that has ended", "[domain][session]") {
    auto session = open_session();
    session.ended_at = now - 1s;
    CHECK(judge(fresh, session) == RefreshVerdict::ended);
    CHECK(judge({now + 1h, now - 1h}, session) == RefreshVerdict::ended);
    session = open_session();
    session.expires_at = now;
    CHECK(judge(fresh, session) == RefreshVerdict::ended);
}

TEST_CASE("nothing is exchanged for an account that may not log in", "[domain][session]") {
    for (const auto state :
         {AccountState::unverified, AccountState::suspended, AccountState::banned})
        CHECK(judge(fresh, open_session(), state) == RefreshVerdict::ended);
}

TEST_CASE("a refresh token outlives neither its week nor its session", "[domain][session]") {
    auto session = open_session();
    CHECK(refresh_expiry(session, policy, now) == now + 24h * 7);
    session.expires_at = now + 1h;
    CHECK(refresh_expiry(session, policy, now) == now + 1h);
}
