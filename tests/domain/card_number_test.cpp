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
    for (const auto* text :
         {"4242424242424241", "424242424242", "42424242424242424242", "", " ", "-", "4242"})
        CHECK_FALSE(looks_like_card_number(text));
}

TEST_CASE("ids, tokens, phone and order numbers pass", "[domain][card_number]") {
    const TimePoint now{std::chrono::hours{500'000}};
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        const auto uuid = uuid_v7(now, i * 0x9e3779b97f4a7c15ULL, i * 0xff51afd7ed558ccdULL);
        REQUIRE_FALSE(looks_like_card_number(to_text(OrderId{uuid})));
    }
    for (const auto* text :
         {"pm_card_visa", "tok4242424242424242", "4242424242424242abc", "+962791234567",
          "SOUK-2026-000042", "Queen Rania Street 15, Amman 11118", "2026-01-15T10:00:00.000Z",
          "42424242-4242-4242-4242-424242424242"})
        CHECK_FALSE(looks_like_card_number(text));
}

TEST_CASE("any run of separators is a gap, and digits of any script are digits",
          "[domain][card_number]") {
    for (const auto* text :
         {"4242  4242  4242  4242", "4242.4242.4242.4242", "4242/4242/4242/4242",
          "4242_4242_4242_4242", "4242 - 4242 - 4242 - 4242", "4242\u00a04242\u00a04242\u00a04242",
          "4242\u20134242\u20134242\u20134242", "4242\u200b4242\u200b4242\u200b4242",
          "4242\t4242\n4242 4242", "order_4242424242424242",
          "my card: 4.2.4.2.4.2.4.2.4.2.4.2.4.2.4.2",
          "\u0664\u0662\u0664\u0662 \u0664\u0662\u0664\u0662 \u0664\u0662\u0664\u0662 "
          "\u0664\u0662\u0664\u0662",
          "\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12\uff14\uff12"
          "\uff14\uff12"})
        CHECK(looks_like_card_number(text));
    for (const auto* text : {"15.01.2026 - 16.01.2026", "+962 79 123 4567 / +962 79 765 4321",
                             "4242, 4242, 4242, 4242", "\xff\xfe", "\xe2\x80"})
        CHECK_FALSE(looks_like_card_number(text));
}

TEST_CASE("a plus sign makes a phone number of a number that can be one", "[domain][card_number]") {
    for (const auto* text : {"+4242424242424242", "+4242 4242 4242 4242", "+378282246310005"})
        CHECK(looks_like_card_number(text));
    for (const auto* text : {"+4222222222222", "+4915112345678", "+43 664 1234567890"})
        CHECK_FALSE(looks_like_card_number(text));
}

TEST_CASE("a phone number is a card's when no phone has one like it", "[domain][card_number]") {
    for (const auto* text :
         {"+378282246310005", "371449635398431", "30569309025904", "+38520000023237"})
        CHECK(phone_is_card_number(text));
    for (const auto* text :
         {"+962791234567", "0791234567", "+4915112345678", "+4222222222222", "+6760123456785",
          "+34612345678", "+390612345678", "+436641234567894", "4242424242"})
        CHECK_FALSE(phone_is_card_number(text));
}

TEST_CASE("in a token a card's number is found wherever it stands", "[domain][card_number]") {
    for (const auto* text : {"4242424242424242", "pm_4242424242424242", "tok4242424242424242x",
                             "pm_4242-4242_4242-4242", "pm_00424242424242424200",
                             "9999999999999995x", "pm_378282246310005"})
        CHECK(token_holds_card_number(text));
    for (const auto* text :
         {"", "pm_card_visa", "pm_1MtwBwLkdIwHu7ix28a3tqPa", "pi_3MtwBwLkdIwHu7ix28a3tqPa",
          "pm_1234567890123", "card_1NZex82eZvKYlo2CeYtTuNkV",
          "pi_sandbox_abcdefghijklmnopabcdefgh"})
        CHECK_FALSE(token_holds_card_number(text));
}

TEST_CASE("a key or an id may be a number of no issuer", "[domain][card_number]") {
    CHECK_FALSE(holds_issued_card_number("9999999999999995"));
    CHECK(holds_issued_card_number("4242424242424242"));
    CHECK(holds_issued_card_number("order-4242424242424242"));
}
