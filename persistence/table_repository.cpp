#include "persistence/table_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_rules = R"(
    SELECT tenant_id, country, region, name, basis_points, inclusive
    FROM tax_rules
    ORDER BY tenant_id, country, region)";

constexpr auto select_zones = R"(
    SELECT z.tenant_id, z.id, z.country, z.name, m.id, m.name, m.description, m.estimated_days, m.max_days,
           m.currency, m.rate, m.is_default, m.cities
    FROM shipping_zones z
    JOIN shipping_methods m ON m.zone_id = z.id
    ORDER BY z.tenant_id, z.country, z.id, m.currency, m.position)";

using TablesOfTenants = std::unordered_map<TenantId, PriceTables>;

TaxRule rule_from(Columns& columns) {
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

void add_zones(const Rows& rows, TablesOfTenants& tables) {
    Uuid current{};
    for (const auto row : rows) {
        Columns columns(row);
        auto& zones = tables[columns.next<TenantId>()].zones;
        const auto id = columns.next<Uuid>();
        auto country = columns.next<std::string>();
        auto name = columns.next<std::string>();
        if (zones.empty() || id != current)
            zones.push_back({std::move(country), std::move(name), {}});
        current = id;
        zones.back().methods.push_back(method_from(columns));
    }
}

}  // namespace

Result<TablesOfTenants> find_price_tables(Connection& db) {
    const auto rules = query(db, select_rules);
    if (!rules) return rules.error();
    const auto zones = query(db, select_zones);
    if (!zones) return zones.error();
    TablesOfTenants tables;
    for (const auto row : *rules) {
        Columns columns(row);
        auto& rules_of_tenant = tables[columns.next<TenantId>()].tax_rules;
        rules_of_tenant.push_back(rule_from(columns));
    }
    add_zones(*zones, tables);
    return tables;
}

}  // namespace souk
