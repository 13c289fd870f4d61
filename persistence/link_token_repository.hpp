#pragma once
// What links in mails stand for, known by the hash (SHA-256) of their tokens alone.

#include <optional>
#include <string>

#include "domain/link_token.hpp"
#include "persistence/query.hpp"

namespace souk {

struct StoredLink {
    LinkToken link;
    TenantId tenant{default_tenant};
    std::optional<std::string> password_hash;  // comes into force with the link
};

Result<void> insert_link(Connection& db, const Digest& hash, const StoredLink& stored);
/// Another tenant's is as unknown as one that never was.
Result<std::optional<StoredLink>> find_link(Connection& db, const TenantId& tenant,
                                            const Digest& hash);
/// The same, kept from others until the transaction ends, so that a link is used once.
Result<std::optional<StoredLink>> lock_link(Connection& db, const TenantId& tenant,
                                            const Digest& hash);
/// Every link of that purpose that the user still has is used with the one.
Result<void> use_links(Connection& db, UserId user, LinkPurpose purpose, TimePoint now);
/// Deletes up to `limit` that ended before; tells how many.
Result<std::int64_t> purge_links(Connection& db, TimePoint oldest, std::int64_t limit);

}  // namespace souk
