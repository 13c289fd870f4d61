#pragma once
// The keys that access tokens are signed with, as they are now: made when they are missing,
// followed by others in time. With a secret they are kept in the database, sealed, and all servers
// share them; without one they are this process' own, and tokens end with it.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/views/periodic.hpp"
#include "domain/signing_key.hpp"
#include "persistence/read_pool.hpp"
#include "security/cipher.hpp"
#include "security/key_ring.hpp"

namespace souk {

class SigningKeys {
public:
    /// All must outlive it. `secret` may be empty.
    SigningKeys(ReadPool& db, const Clock& clock, SigningKeyPolicy policy,
                const std::string& secret);

    /// Loads or makes them; `invalid_input` when they were sealed under another secret.
    Result<void> start();
    void stop() { rounds_.stop(); }

    std::shared_ptr<const KeyRing> ring() const;

    /// One look at the time: makes and forgets what is due, and reads what other servers have made.
    Result<void> renew();

private:
    Result<std::vector<SigningKey>> renewed(Connection& db) const;
    std::vector<SigningKey> renewed_in_memory() const;
    void swap(std::vector<SigningKey> keys);

    ReadPool& db_;
    const Clock& clock_;
    const SigningKeyPolicy policy_;
    std::optional<SealingKey> sealing_key_;
    mutable std::mutex mutex_;
    std::shared_ptr<const KeyRing> ring_;
    Periodic rounds_;
};

}  // namespace souk
