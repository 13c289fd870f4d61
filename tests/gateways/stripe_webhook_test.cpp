// Only what Stripe signed, lately, passes.

#include "gateways/stripe_webhook.hpp"

#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t signed_at = 1'768'471'200;
const TimePoint now{std::chrono::seconds{signed_at}};
const std::string body = R"({"id":"evt_1"})";
const std::vector<std::string> secrets{"whsec_1"};

std::string header(std::string_view secret = "whsec_1", std::string_view of = body) {
    return "t=" + std::to_string(signed_at) + ",v1=" + stripe_signature(secret, signed_at, of);
}

SignatureCheck check(std::string_view text, TimePoint at = now) {
    return check_stripe_signature(text, body, secrets, at);
}

}  // namespace

TEST_CASE("a signature is the HMAC of time and body", "[gateways][webhook]") {
    // printf '1492774577.{}' | openssl dgst -sha256 -hmac whsec_test
    CHECK(stripe_signature("whsec_test", 1'492'774'577, "{}") ==
          "0d0602f6611bd2252dd4b74b58a4528355a7380639a15e6cc21e3059d56d5b8b");
}

TEST_CASE("what Stripe signed is valid", "[gateways][webhook]") {
    CHECK(check(header()) == SignatureCheck::valid);
}

TEST_CASE("another body, secret or time is a mismatch", "[gateways][webhook]") {
    CHECK(check(header("whsec_2")) == SignatureCheck::mismatch);
    CHECK(check(header("whsec_1", "{}")) == SignatureCheck::mismatch);
    auto other_time = header();
    other_time[11] = '1';
    CHECK(check(other_time) == SignatureCheck::mismatch);
    auto other_digit = header();
    other_digit.back() = other_digit.back() == '0' ? '1' : '0';
    CHECK(check(other_digit) == SignatureCheck::mismatch);
}

TEST_CASE("an event is taken within five minutes of its time, before and after",
          "[gateways][webhook]") {
    CHECK(check(header(), now + 300s) == SignatureCheck::valid);
    CHECK(check(header(), now + 301s) == SignatureCheck::too_old);
    CHECK(check(header(), now - 300s) == SignatureCheck::valid);
    CHECK(check(header(), now - 301s) == SignatureCheck::too_new);
}

TEST_CASE("a forger does not learn that the time is wrong", "[gateways][webhook]") {
    CHECK(check(header("whsec_2"), now + 1h) == SignatureCheck::mismatch);
}

TEST_CASE("one of several signatures is enough, and other schemes are passed over",
          "[gateways][webhook]") {
    const auto good = stripe_signature("whsec_1", signed_at, body);
    const auto bad = std::string(64, '0');
    const auto time = "t=" + std::to_string(signed_at);
    CHECK(check(time + ",v1=" + bad + ",v1=" + good) == SignatureCheck::valid);
    CHECK(check("v1=" + good + "," + time) == SignatureCheck::valid);
    CHECK(check(time + ",v0=" + bad + ",v1=" + good + ",v2=x") == SignatureCheck::valid);
    CHECK(check(time + ",v0=" + good) == SignatureCheck::malformed);
}

TEST_CASE("while a secret is replaced, both old and new count", "[gateways][webhook]") {
    const auto with = [](const std::vector<std::string>& ours) {
        return check_stripe_signature(header("whsec_old"), body, ours, now);
    };
    CHECK(with({"whsec_new", "whsec_old"}) == SignatureCheck::valid);
    CHECK(with({"whsec_new"}) == SignatureCheck::mismatch);
    CHECK(with({}) == SignatureCheck::mismatch);
}

TEST_CASE("a blank secret verifies nothing", "[gateways][webhook]") {
    for (const std::string blank : {"", " ", "\t\n"})
        CHECK(check_stripe_signature(header(blank), body, {blank}, now) ==
              SignatureCheck::mismatch);
}

TEST_CASE("a header that makes no sense is malformed", "[gateways][webhook]") {
    const auto good = ",v1=" + stripe_signature("whsec_1", signed_at, body);
    for (const auto& text :
         {std::string{}, std::string("t=1"), std::string("v1=aa"), std::string(",,,="), "t=" + good,
          "t=x" + good, "t=-5" + good, "t=1x" + good, "t=99999999999999999999" + good,
          "t=253402300800" + good, "t=1768471200,t=1768471200" + good, std::string(5'000, 't'),
          header() + std::string(4'096, ',')}) {
        CAPTURE(text);
        CHECK(check(text) == SignatureCheck::malformed);
    }
    auto many = "t=" + std::to_string(signed_at);
    for (int i = 0; i < 17; ++i) many += ",v1=" + std::string(64, '0');
    CHECK(check(many) == SignatureCheck::malformed);
}
