#pragma once
// Signing keys, sealed: the database cannot read what it keeps here.

#include <string>
#include <vector>

#include "domain/signing_key.hpp"
#include "persistence/query.hpp"

namespace souk {

struct SealedSigningKey {
    std::string id;
    std::string sealed_seed;
    SigningKeyTimes times;
};

/// Keeps other servers from changing the keys until the transaction ends.
Result<void> lock_signing_keys(Connection& db);
Result<std::vector<SealedSigningKey>> find_signing_keys(Connection& db);
Result<void> insert_signing_key(Connection& db, const SealedSigningKey& key);
Result<void> delete_signing_key(Connection& db, const std::string& id);

}  // namespace souk
