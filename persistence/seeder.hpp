#pragma once
// Loads the demo marketplace into a migrated database: vendors, categories, products with stock and
// its opening movements, tables for tax and shipping, discount codes, and API keys.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "persistence/query.hpp"

namespace souk {

struct SeedOptions {
    TenantId tenant{default_tenant};  // whose marketplace
    std::int64_t products{200};
    bool new_keys{false};                                 // make keys although there are some
    std::function<Digest(std::string_view)> hash_secret;  // as authentication does
};

/// Is told, in words, how far it has come.
using SeedProgress = std::function<void(const std::string&)>;

/// A key just made; its secret is nowhere else.
struct SeededKey {
    ApiKeyId id;
    std::string secret;
    std::string name;
    std::vector<std::string> scopes;
    std::optional<VendorId> vendor;
};

struct SeedReport {
    std::int64_t products_added{};  // 0: they were all there
    std::int64_t products{};        // of the demo, now
    std::vector<SeededKey> keys;    // empty: there were some, and no new ones were asked for
};

/// All or nothing, and never twice: a second call adds only what the first did not have. Not to be
/// called while a server runs on the same database, which would not see new stock in live entities.
Result<SeedReport> seed(Connection& db, const SeedOptions& options, TimePoint now,
                        const SeedProgress& progress = {});

}  // namespace souk
