#include "security/key_ring.hpp"

#include "security/base64url.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{10'000}};

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
    return bytes;
}

// RFC 8037, appendix A.
const auto seed = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

}  // namespace

TEST_CASE("keys, their names and signatures are those of RFC 8037", "[security][key_ring]") {
    const SigningKey key(seed, {now, now});
    CHECK(to_base64url(key.pair().public_bytes()) == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    CHECK(key.id() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    const std::string text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const auto signature = key.pair().sign(text);
    CHECK(to_base64url(signature) ==
          "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_"
          "MuM0KAg");
    CHECK(key.pair().verifies(text, signature));
    CHECK_FALSE(key.pair().verifies(text + "x", signature));
    CHECK_FALSE(key.pair().verifies(text, signature.substr(1)));
    CHECK_FALSE(key.pair().verifies(text, ""));
}

TEST_CASE("the newest key that has begun signs, the others are shown", "[security][key_ring]") {
    const auto old = SigningKey::make({now - 10h, now - 10h});
    const auto current = SigningKey::make({now - 2h, now - 1h});
    const auto next = SigningKey::make({now, now + 1h});
    const KeyRing ring({next, old, current});
    CHECK(ring.signing(now).id() == current.id());
    CHECK(ring.signing(now + 1h).id() == next.id());
    CHECK(ring.public_keys().keys.size() == 3);
    CHECK(ring.find(old.header())->id() == old.id());
    CHECK(ring.find(SigningKey::make({now, now}).header()) == nullptr);
    CHECK(ring.find("") == nullptr);
}

TEST_CASE("a seed of another size is no key", "[security][key_ring]") {
    CHECK_THROWS(SigningKey(seed.substr(1), {now, now}));
}
