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

/// With the tax rules and shipping zones of the default marketplace, so that it can sell at once.
/// Within the caller's transaction. `conflict` when the slug or a host is taken.
Result<void> insert_tenant(Connection& db, const Tenant& tenant);

}  // namespace souk
