#pragma once
// The marketplaces of a deployment, and the hosts they are reached by.

#include <optional>
#include <string>
#include <vector>

#include "domain/tenant.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// Oldest first.
Result<std::vector<Tenant>> find_tenants(Connection& db);
/// Nothing when there is no such slug.
Result<std::optional<Tenant>> find_tenant(Connection& db, const std::string& slug);
Result<std::optional<Tenant>> find_tenant(Connection& db, const TenantId& id);
/// The same, kept from others until the transaction ends.
Result<std::optional<Tenant>> lock_tenant(Connection& db, const TenantId& id);
/// Writes what may change. `conflict` when one of the hosts is another's.
Result<void> save_tenant(Connection& db, const Tenant& before, const Tenant& tenant);

/// With the tax rules and shipping zones of the default marketplace, so that it can sell at once.
/// Within the caller's transaction. `conflict` when the slug or a host is taken.
Result<void> insert_tenant(Connection& db, const Tenant& tenant);

}  // namespace souk
