#include "domain/money.hpp"

#include <numeric>
#include <random>

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("currencies have the digits of ISO 4217", "[domain][money]") {
    CHECK(minor_unit_digits(parse_currency("USD").value()) == 2);
    CHECK(minor_unit_digits(parse_currency("JOD").value()) == 3);
    CHECK(minor_unit_digits(parse_currency("JPY").value()) == 0);
    CHECK_FALSE(parse_currency("usd").has_value());
    CHECK_FALSE(parse_currency("XXX").has_value());
    CHECK_FALSE(parse_currency("").has_value());
}

TEST_CASE("a percentage rounds half to even", "[domain][money]") {
    CHECK(share_of(5'900, 800) == 472);
    CHECK(share_of(50, 100) == 0);   // 0.5
    CHECK(share_of(150, 100) == 2);  // 1.5
    CHECK(share_of(250, 100) == 2);  // 2.5
    CHECK(share_of(251, 100) == 3);  // 2.51
    CHECK(share_of(max_amount, 10'000) == max_amount);
}

TEST_CASE("an included tax is what the price exceeds its net by", "[domain][money]") {
    CHECK(included_share_of(11'900, 1'900) == 1'900);
    CHECK(included_share_of(10'000, 0) == 0);
}

TEST_CASE("parts always add up to the whole and are in proportion to within one unit",
          "[domain][money]") {
    std::mt19937_64 random{20260115};
    for (int round = 0; round < 2'000; ++round) {
        const auto whole = static_cast<Amount>(random() % 1'000'000);
        std::vector<Amount> weights(1 + random() % 12);
        for (auto& weight : weights) weight = static_cast<Amount>(random() % 10'000);
        const auto parts = allot(whole, weights);
        REQUIRE(std::accumulate(parts.begin(), parts.end(), Amount{0}) == whole);
        const auto total = std::accumulate(weights.begin(), weights.end(), Amount{0});
        if (total == 0) continue;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            REQUIRE(parts[i] >= whole * weights[i] / total);
            REQUIRE(parts[i] <= whole * weights[i] / total + 1);
        }
    }
}

TEST_CASE("a whole cut into random shares, again and again, is never more or less",
          "[domain][money]") {
    std::mt19937_64 random{7};
    for (const auto* code : {"USD", "JOD", "JPY"}) {
        Amount one = 1;  // one unit of the currency in minor units
        for (int i = 0; i < minor_unit_digits(parse_currency(code).value()); ++i) one *= 10;
        for (int round = 0; round < 2'000; ++round) {
            const auto whole = one * static_cast<Amount>(random() % 10'000) +
                               static_cast<Amount>(random() % static_cast<std::uint64_t>(one));
            const auto fee = share_of(whole, static_cast<std::int64_t>(random() % 10'001));
            REQUIRE(fee >= 0);
            REQUIRE(fee <= whole);
            const auto tax = included_share_of(whole, static_cast<std::int64_t>(random() % 10'001));
            REQUIRE(tax <= whole);
            // What was cut off is itself cut; the weights left over go down to nothing.
            std::vector<Amount> left = allot(whole, {whole - fee, fee, tax});
            while (std::accumulate(left.begin(), left.end(), Amount{0}) > 0) {
                const auto sum = std::accumulate(left.begin(), left.end(), Amount{0});
                const auto cut =
                    1 + static_cast<Amount>(random() % static_cast<std::uint64_t>(sum));
                const auto parts = allot(cut, left);
                REQUIRE(std::accumulate(parts.begin(), parts.end(), Amount{0}) == cut);
                for (std::size_t i = 0; i < left.size(); ++i) REQUIRE((left[i] -= parts[i]) >= 0);
            }
        }
    }
}

TEST_CASE("a whole without weights goes to the first part", "[domain][money]") {
    CHECK(allot(7, {0, 0}) == std::vector<Amount>{7, 0});
    CHECK(allot(7, {}).empty());
}

TEST_CASE("a line's total that is too large is refused, not wrapped", "[domain][money]") {
    CHECK(line_total(2'950, 2).value() == 5'900);
    CHECK(line_total(max_amount, 2).error().code == ErrorCode::unprocessable);
    CHECK(line_total(INT64_MAX, INT64_MAX).error().code == ErrorCode::unprocessable);
}
