#pragma once
// API keys as they are administered, over PostgreSQL. What is revoked holds no more on this server
// at once, and what is rotated has its new secret: it is dropped from what is remembered of it.

#include "app/views/api_keys_view.hpp"
#include "persistence/api_key_repository.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/people.hpp"

namespace souk {

class KeyDeskView final : public KeyDesk {
public:
    /// All must outlive it.
    KeyDeskView(ReadPool& db, ApiKeysView& keys, const Clock& clock, IdSource& ids)
        : db_(db), keys_(keys), clock_(clock), ids_(ids) {}

    void list(KeyRights rights, PageQuery query, Promise<Result<KeyPage>> page) override;
    void make(KeyKeeper by, KeySettings settings, Promise<Result<MadeKey>> made) override;
    void revoke(KeyKeeper by, ApiKeyId id, Promise<Result<void>> done) override;
    void rotate(KeyKeeper by, ApiKeyId id, Duration overlap,
                Promise<Result<MadeKey>> made) override;

private:
    ReadPool& db_;
    ApiKeysView& keys_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace souk
