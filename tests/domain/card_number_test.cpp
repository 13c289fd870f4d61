#include "domain/card_number.hpp"

#include "domain/ids.hpp"
#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("the networks' test numbers look like cards, however they are grouped",
          "[domain][card_number]") {
    for (const auto* text :
         {"4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", " 4242424242424242 ",
          "5555555555554444", "2223003122003222", "378282246310005", "3782 822463 10005",
          "6011111111111117", "3056930009020004", "3566002020360505", "6200000000000005",
          "4222222222222", "6759649826438453"})
        CHECK(looks_like_card_number(text));
}

TEST_CASE("a card's number is found within other text", "[domain][card_number]") {
    for (const auto* text :
         {"card 4242424242424242 please", "4242 4242 4242 4242 12/29 123", "no:4242424242424242,",
          "(4242-4242-4242-4242)", "call 5, then 4242 4242 4242 4242", "\n4242424242424242\n"})
        CHECK(looks_like_card_number(text));
}

TEST_CASE("a number of no network counts only by itself", "[domain][card_number]") {
    CHECK(looks_like_card_number("9999999999999995"));
    CHECK_FALSE(looks_like_card_number("parcel 9999999999999995"));
}

TEST_CASE("a number that fails Luhn's check or has another length is no card",
          "[domain][card_number]") {
    for (const auto* text : {"4242424242424241", "424242424242", "42424242424242424242",
                             "4242  4242  4242  4242", "", " ", "-", "4242"})
        CHECK_FALSE(looks_like_card_number(text));
}

TEST_CASE("ids, tokens, phone and order numbers pass", "[domain][card_number]") {
    const TimePoint now{std::chrono::hours{500'000}};
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        const auto uuid = uuid_v7(now, i * 0x9e3779b97f4a7c15ULL, i * 0xff51afd7ed558ccdULL);
        REQUIRE_FALSE(looks_like_card_number(to_text(OrderId{uuid})));
    }
    for (const auto* text :
         {"pm_card_visa", "pm_4242424242424242", "tok4242424242424242", "order_4242424242424242",
          "4242424242424242abc", "+962791234567", "+4242424242424242", "SOUK-2026-000042",
          "Queen Rania Street 15, Amman 11118", "2026-01-15T10:00:00.000Z"})
        CHECK_FALSE(looks_like_card_number(text));
}
