#include "app/signing_keys.hpp"

#include "persistence/query.hpp"
#include "security/access_token.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"
#include "tests/support/stepped_clock.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const SigningKeyPolicy policy{24h, 1h, 20min};
const std::string secret = "a secret of the operator's own, long enough";

struct Fixture {
    TestDatabase database;
    SteppedClock clock;
    ReadPool reads{{.connection = database.options(), .threads = 1}};

    Fixture() { reads.start(); }
};

}  // namespace

TEST_CASE("servers with one secret share their signing keys", "[app][signing_keys]") {
    Fixture fixture;
    SigningKeys one(fixture.reads, fixture.clock, policy, secret);
    SigningKeys other(fixture.reads, fixture.clock, policy, secret);
    REQUIRE(one.renew());
    REQUIRE(other.renew());
    const auto now = fixture.clock.now();
    CHECK(one.ring()->signing(now).id() == other.ring()->signing(now).id());
    CHECK(one.ring()->keys().size() == 1);
}

TEST_CASE("keys sealed under another secret stop the start", "[app][signing_keys]") {
    Fixture fixture;
    REQUIRE(SigningKeys(fixture.reads, fixture.clock, policy, secret).renew());
    SigningKeys other(fixture.reads, fixture.clock, policy, secret + "!");
    CHECK(other.start().error().code == ErrorCode::invalid_input);
}

TEST_CASE("a key is followed by the next, and forgotten when its tokens have ended",
          "[app][signing_keys]") {
    const auto kept = GENERATE(as<std::string>{}, secret, "");
    Fixture fixture;
    SigningKeys keys(fixture.reads, fixture.clock, policy, kept);
    REQUIRE(keys.renew());
    const auto first = keys.ring()->signing(fixture.clock.now()).id();
    AccessToken token;
    token.issued_at = fixture.clock.now();
    const auto text = sign_token(*keys.ring(), {}, token);

    fixture.clock.advance(23h);
    REQUIRE(keys.renew());
    CHECK(keys.ring()->keys().size() == 2);  // the next one is shown, and does not sign
    CHECK(keys.ring()->signing(fixture.clock.now()).id() == first);

    fixture.clock.advance(1h);
    REQUIRE(keys.renew());
    CHECK(keys.ring()->signing(fixture.clock.now()).id() != first);
    CHECK(verify_token(*keys.ring(), {}, text));

    fixture.clock.advance(20min);
    REQUIRE(keys.renew());
    CHECK(keys.ring()->keys().size() == 1);
    CHECK_FALSE(verify_token(*keys.ring(), {}, text));
}

TEST_CASE("the database does not see the keys it keeps", "[app][signing_keys]") {
    Fixture fixture;
    SigningKeys keys(fixture.reads, fixture.clock, policy, secret);
    REQUIRE(keys.renew());
    auto db = fixture.database.connect();
    const auto rows = query(db, "SELECT id, sealed_seed FROM signing_keys");
    REQUIRE(rows->size() == 1);
    const auto row = rows->front();
    const auto key = sealing_key(secret, "signing keys");
    const auto place = "signing_keys:" + std::string(row.text(0));
    CHECK(unseal(key, place, row.text(1)) == keys.ring()->keys().front().seed());
    CHECK_FALSE(unseal(key, "signing_keys:another", row.text(1)));
}
