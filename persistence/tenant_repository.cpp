#include "persistence/tenant_repository.hpp"

#include <algorithm>

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_tenants = R"(
    SELECT t.id, t.slug, t.name, t.created_at,
           coalesce((SELECT array_agg(h.host ORDER BY h.host) FROM tenant_hosts h
                     WHERE h.tenant_id = t.id), '{}')
    FROM tenants t
    ORDER BY t.created_at, t.id)";

constexpr auto insert_row = R"(
    INSERT INTO tenants (id, slug, name, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING)";
constexpr auto insert_host =
    "INSERT INTO tenant_hosts (host, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";

constexpr auto copy_tax_rules = R"(
    INSERT INTO tax_rules (tenant_id, country, region, name, basis_points, inclusive)
    SELECT $1, country, region, name, basis_points, inclusive FROM tax_rules WHERE tenant_id = $2)";
constexpr auto copy_zones = R"(
    WITH zones AS (
        SELECT id, gen_random_uuid() AS new_id, country, name
        FROM shipping_zones WHERE tenant_id = $2),
    made AS (
        INSERT INTO shipping_zones (tenant_id, id, country, name)
        SELECT $1, new_id, country, name FROM zones)
    INSERT INTO shipping_methods (tenant_id, zone_id, id, currency, position, name, description,
                                  estimated_days, max_days, rate, is_default, cities)
    SELECT $1, z.new_id, m.id, m.currency, m.position, m.name, m.description, m.estimated_days,
           m.max_days, m.rate, m.is_default, m.cities
    FROM zones z JOIN shipping_methods m ON m.zone_id = z.id)";

Tenant tenant_from(Row row) {
    Columns columns(row);
    Tenant tenant;
    tenant.id = columns.next<TenantId>();
    tenant.slug = columns.next<std::string>();
    tenant.name = columns.next<std::string>();
    tenant.created_at = columns.next<TimePoint>();
    tenant.hosts = columns.next<std::vector<std::string>>();
    return tenant;
}

/// One row, or there was one of that name.
Result<void> added(const Result<Rows>& rows, const char* field, const std::string& name) {
    if (!rows) return rows.error();
    if (rows->affected() == 1) return {};
    return Error{ErrorCode::conflict, "there is such a marketplace", {{field, name + " is taken"}}};
}

}  // namespace

Result<std::vector<Tenant>> find_tenants(Connection& db) {
    return map_rows(query(db, select_tenants), tenant_from);
}

Result<std::optional<Tenant>> find_tenant(Connection& db, const std::string& slug) {
    const auto tenants = find_tenants(db);
    if (!tenants) return tenants.error();
    const auto found = std::ranges::find(*tenants, slug, &Tenant::slug);
    if (found == tenants->end()) return std::optional<Tenant>{};
    return std::optional{*found};
}

Result<void> insert_tenant(Connection& db, const Tenant& tenant) {
    auto done = added(query(db, insert_row, tenant.id, tenant.slug, tenant.name, tenant.created_at),
                      "slug", tenant.slug);
    for (std::size_t i = 0; done && i < tenant.hosts.size(); ++i)
        done = added(query(db, insert_host, tenant.hosts[i], tenant.id), "hosts", tenant.hosts[i]);
    if (!done) return done;
    for (const auto* copy : {copy_tax_rules, copy_zones})
        if (const auto copied = query(db, copy, tenant.id, default_tenant); !copied)
            return copied.error();
    return {};
}

}  // namespace souk
