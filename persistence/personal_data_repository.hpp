#pragma once
// What is known of somebody, for them to see: what no other repository finds by person.

#include <optional>
#include <vector>

#include "domain/customer.hpp"
#include "domain/personal_data.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/query.hpp"

namespace souk {

Result<std::optional<Customer>> find_customer_of(Connection& db, TenantId tenant, UserId user);
Result<std::vector<ProviderLine>> find_identities_of(Connection& db, TenantId tenant, UserId user);
/// To their address, the newest first.
Result<std::vector<MailLine>> find_mails_of(Connection& db, TenantId tenant,
                                            const std::string& email, std::int64_t limit);
Result<std::vector<OwnKeyLine>> find_keys_made_by(Connection& db, TenantId tenant, UserId user,
                                                  std::int64_t limit);
/// What they did, and what was done to them; newest first, below a sequence.
Result<std::vector<StoredAuditEntry>> find_audit_of(Connection& db, TenantId tenant, UserId user,
                                                    std::optional<std::int64_t> before,
                                                    std::int64_t limit);
/// Behind a place, in the order of their ids.
Result<std::vector<CartId>> find_open_carts_of(Connection& db, TenantId tenant, UserId user,
                                               const std::optional<Uuid>& after,
                                               std::int64_t limit);
Result<std::int64_t> count_orders_of_user(Connection& db, TenantId tenant, UserId user,
                                          std::int64_t most);

}  // namespace souk
