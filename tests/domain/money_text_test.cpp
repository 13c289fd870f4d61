#include "domain/money_text.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("an amount is written with its currency's digits", "[domain][money]") {
    const auto text = [](Amount amount, const char* currency) {
        return money_text(amount, *parse_currency(currency));
    };
    CHECK(text(123'450, "USD") == "USD 1234.50");
    CHECK(text(7, "USD") == "USD 0.07");
    CHECK(text(0, "USD") == "USD 0.00");
    CHECK(text(1'250, "JOD") == "JOD 1.250");
    CHECK(text(500, "JPY") == "JPY 500");
    CHECK(text(-1'005, "USD") == "USD -10.05");
}
