#include "domain/tax.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

const std::vector<TaxRule> rules{{"US", "", "none", {0, false}},
                                 {"US", "NY", "sales", {888, false}},
                                 {"DE", "", "VAT", {1'900, true}}};

}  // namespace

TEST_CASE("the rule of the region wins over the rule of the country", "[domain][tax]") {
    CHECK(tax_rate_for(rules, {"US", "NY", "", ""}).basis_points == 888);
    CHECK(tax_rate_for(rules, {"US", "ny", "", ""}).basis_points == 888);
    CHECK(tax_rate_for(rules, {"US", "CA", "", ""}).basis_points == 0);
    CHECK(tax_rate_for(rules, {"DE", "Bayern", "", ""}).inclusive);
}

TEST_CASE("a place without a rule has no tax", "[domain][tax]") {
    CHECK(tax_rate_for(rules, {"FR", "", "", ""}) == TaxRate{});
}

TEST_CASE("an inclusive rate finds the tax inside the price", "[domain][tax]") {
    CHECK(tax_on(11'900, {1'900, true}) == 1'900);
    CHECK(tax_on(11'900, {1'900, false}) == 2'261);
}
