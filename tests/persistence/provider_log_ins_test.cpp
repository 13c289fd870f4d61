// People as providers know them, and what is good once, against the real database.

#include "persistence/provider_log_in_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_identity_repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");
constexpr Digest proof{1};
constexpr Digest code{2};

StoredUser person(std::uint64_t number) {
    StoredUser stored;
    auto& user = stored.user;
    user.id = UserId{uuid_v7(now, 1, number)};
    user.email = "person" + std::to_string(number) + "@example.com";
    user.created_at = now;
    user.updated_at = now;
    return stored;
}

struct Fixture {
    TestDatabase database;
    Connection db{database.connect()};
    StoredUser amal = person(1);
    StoredUser other = person(2);

    Fixture() {
        REQUIRE(insert_user(db, amal));
        REQUIRE(insert_user(db, other));
    }
};

}  // namespace

TEST_CASE("an identity is one person's for good, in each marketplace", "[persistence][provider]") {
    Fixture fixture;
    auto& db = fixture.db;
    const UserIdentity identity{default_tenant, "https://id.example", "s", fixture.amal.user.id};
    REQUIRE(insert_identity(db, identity, now));
    auto stolen = identity;
    stolen.user = fixture.other.user.id;
    REQUIRE(insert_identity(db, stolen, now));
    const auto found = [&](TenantId tenant, const char* issuer, const char* subject) {
        const auto user = lock_user_of_identity(db, tenant, issuer, subject);
        REQUIRE(user);
        return *user ? std::optional{(*user)->user.id} : std::nullopt;
    };
    CHECK(found(default_tenant, "https://id.example", "s") == fixture.amal.user.id);
    CHECK_FALSE(found(default_tenant, "https://id.example", "S"));
    CHECK_FALSE(found(default_tenant, "https://other.example", "s"));
    CHECK_FALSE(found(TenantId{uuid_v7(now, 9, 9)}, "https://id.example", "s"));
}

TEST_CASE("a proof is used once, by one of two at once", "[persistence][provider]") {
    Fixture fixture;
    auto second = fixture.database.connect();
    const auto rolled_back = in_transaction(fixture.db, [](Connection& db) -> Result<bool> {
        REQUIRE(*use_proof(db, proof, default_tenant, now + 10min));
        return refuse(ErrorCode::forbidden, "no");
    });
    CHECK_FALSE(rolled_back);
    CHECK(*use_proof(fixture.db, proof, default_tenant, now + 10min));
    CHECK_FALSE(*use_proof(second, proof, default_tenant, now + 10min));
    CHECK(*use_proof(second, code, default_tenant, now + 10min));
}

TEST_CASE("a code is exchanged once, in its time, together with its proof",
          "[persistence][provider]") {
    Fixture fixture;
    auto& db = fixture.db;
    REQUIRE(*use_proof(db, proof, default_tenant, now + 10min));
    CHECK_FALSE(*redeem_code(db, proof, code, now));
    REQUIRE(give_code(db, proof, code, fixture.amal.user.id, now + 1min));
    CHECK_FALSE(*redeem_code(db, proof, Digest{3}, now));
    CHECK_FALSE(*redeem_code(db, Digest{3}, code, now));
    CHECK_FALSE(*redeem_code(db, proof, code, now + 1min));
    CHECK(*redeem_code(db, proof, code, now + 59s) == fixture.amal.user.id);
    CHECK_FALSE(*redeem_code(db, proof, code, now + 59s));
    CHECK(*purge_provider_log_ins(db, now + 1min, 10) == 0);
    CHECK(*purge_provider_log_ins(db, now + 61s, 10) == 1);
}
