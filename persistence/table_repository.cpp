#include "persistence/table_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_rules = R"(
    SELECT country, region, name, basis_points, inclusive
    FROM tax_rules
    ORDER BY country, region)";

constexpr auto select_zones = R"(
    SELECT z.id, z.country, z.name, m.id, m.name, m.description, m.estimated_days, m.max_days,
           m.currency, m.rate, m.is_default, m.cities
    FROM shipping_zones z
    JOIN shipping_methods m ON m.zone_id = z.id
    ORDER BY z.country, z.id, m.currency, m.position)";

TaxRule rule_from(Row row) {
    Columns columns(row);
    TaxRule rule;
    rule.country = columns.next<std::string>();
    rule.region = columns.next<std::string>();
    rule.name = columns.next<std::string>();
    rule.rate.basis_points = columns.next<std::int64_t>();
    rule.rate.inclusive = columns.next<bool>();
    return rule;
}

ShippingMethod method_from(Columns& columns) {
    ShippingMethod method;
    method.id = columns.next<std::string>();
    method.name = columns.next<std::string>();
    method.description = columns.next<std::string>();
    method.estimated_days = columns.next<std::string>();
    method.max_days = columns.next<std::int64_t>();
    method.currency = columns.next<std::string>();
    method.rate = columns.next<Amount>();
    method.is_default = columns.next<bool>();
    method.cities = columns.next<std::vector<std::string>>();
    return method;
}

std::vector<ShippingZone> zones_from(const Rows& rows) {
    std::vector<ShippingZone> zones;
    Uuid current{};
    for (const auto row : rows) {
        Columns columns(row);
        const auto id = columns.next<Uuid>();
        auto country = columns.next<std::string>();
        auto name = columns.next<std::string>();
        if (zones.empty() || id != current)
            zones.push_back({std::move(country), std::move(name), {}});
        current = id;
        zones.back().methods.push_back(method_from(columns));
    }
    return zones;
}

}  // namespace

Result<PriceTables> find_price_tables(Connection& db) {
    auto rules = map_rows(query(db, select_rules), rule_from);
    if (!rules) return rules.error();
    const auto rows = query(db, select_zones);
    if (!rows) return rows.error();
    return PriceTables{zones_from(*rows), std::move(*rules)};
}

}  // namespace souk
