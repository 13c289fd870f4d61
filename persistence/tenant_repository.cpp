#include "persistence/tenant_repository.hpp"

#include <algorithm>

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_tenants = R"(
    SELECT t.id, t.slug, t.name, t.created_at, t.site_url,
           coalesce((SELECT array_agg(h.host ORDER BY h.host) FROM tenant_hosts h
                     WHERE h.tenant_id = t.id), '{}')
    FROM tenants t )";
const std::string select_all = std::string{select_tenants} + "ORDER BY t.created_at, t.id";
const std::string select_by_id = std::string{select_tenants} + "WHERE t.id = $1";

constexpr auto insert_row = R"(
    INSERT INTO tenants (id, slug, name, created_at, site_url) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING)";
constexpr auto insert_host =
    "INSERT INTO tenant_hosts (host, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";

constexpr auto update_row = "UPDATE tenants SET name = $2, site_url = $3 WHERE id = $1";
constexpr auto delete_hosts =
    "DELETE FROM tenant_hosts WHERE tenant_id = $1 AND host <> ALL($2::text[])";
constexpr auto select_for_update = "SELECT FROM tenants WHERE id = $1 FOR UPDATE";

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
    tenant.site_url = columns.next<std::string>();
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
    return map_rows(query(db, select_all.c_str()), tenant_from);
}

Result<std::optional<Tenant>> find_tenant(Connection& db, const std::string& slug) {
    const auto tenants = find_tenants(db);
    if (!tenants) return tenants.error();
    const auto found = std::ranges::find(*tenants, slug, &Tenant::slug);
    if (found == tenants->end()) return std::optional<Tenant>{};
    return std::optional{*found};
}

Result<std::optional<Tenant>> find_tenant(Connection& db, const TenantId& id) {
    auto tenants = map_rows(query(db, select_by_id.c_str(), id), tenant_from);
    if (!tenants) return tenants.error();
    if (tenants->empty()) return std::optional<Tenant>{};
    return std::optional{std::move(tenants->front())};
}

Result<std::optional<Tenant>> lock_tenant(Connection& db, const TenantId& id) {
    if (const auto locked = query(db, select_for_update, id); !locked) return locked.error();
    return find_tenant(db, id);
}

Result<void> save_tenant(Connection& db, const Tenant& before, const Tenant& tenant) {
    if (const auto saved = query(db, update_row, tenant.id, tenant.name, tenant.site_url); !saved)
        return saved.error();
    if (const auto dropped = query(db, delete_hosts, tenant.id, tenant.hosts); !dropped)
        return dropped.error();
    for (const auto& host : tenant.hosts) {
        if (std::ranges::count(before.hosts, host) > 0) continue;
        if (auto done = added(query(db, insert_host, host, tenant.id), "hosts", host); !done)
            return done;
    }
    return {};
}

Result<void> insert_tenant(Connection& db, const Tenant& tenant) {
    auto done = added(query(db, insert_row, tenant.id, tenant.slug, tenant.name, tenant.created_at,
                            tenant.site_url),
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
