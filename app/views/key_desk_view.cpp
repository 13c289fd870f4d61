#include "app/views/key_desk_view.hpp"

#include "app/views/security_audit.hpp"
#include "http/authentication.hpp"
#include "http/digest.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/people_repository.hpp"
#include "persistence/transaction.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

Error no_such_key() { return refuse(ErrorCode::not_found, "no such API key"); }

KeySettings settings_of(const StoredApiKey& key) {
    return {key.name, key.scopes, key.vendor_id, key.requests_per_minute, key.expires_at};
}

KeyLine line_of(const StoredApiKey& key) {
    return {key.id,         settings_of(key), key.made_by,     key.created_at,
            key.revoked_at, key.suspended_at, key.last_used_at};
}

/// Locked for a change; `not_found` for what is beyond the keeper's rights.
Result<StoredApiKey> own_key(Connection& db, const KeyKeeper& by, ApiKeyId id) {
    const auto stored = lock_api_key(db, {by.rights.tenant, id});
    if (!stored) return stored.error();
    if (!*stored || !covers(by.rights, settings_of(**stored))) return no_such_key();
    return **stored;
}

std::vector<StateField> state_of(const StoredApiKey& key) {
    std::string scopes;
    for (const auto& scope : key.scopes) scopes.append(scopes.empty() ? "" : " ").append(scope);
    return {{"name", key.name},
            {"scopes", scopes},
            {"vendorId", key.vendor_id ? to_text(*key.vendor_id) : ""}};
}

std::string target_of_key(ApiKeyId id) { return "key " + to_text(id); }

}  // namespace

void KeyDeskView::list(KeyRights rights, PageQuery query, Promise<Result<KeyPage>> page) {
    const auto tenant = rights.tenant;
    db_.read(
        tenant,
        [rights = std::move(rights), query](Connection& db) -> Result<KeyPage> {
            const auto keys =
                find_api_keys(db, rights, query.limit, (query.page - 1) * query.limit);
            if (!keys) return keys.error();
            const auto total = count_api_keys(db, rights);
            if (!total) return total.error();
            KeyPage found;
            for (const auto& key : *keys) found.rows.push_back(line_of(key));
            found.total = *total;
            return found;
        },
        [page](Result<KeyPage> found) { page(std::move(found)); });
}

void KeyDeskView::make(KeyKeeper by, KeySettings settings, Promise<Result<MadeKey>> made) {
    const auto now = clock_.now();
    auto allowed = may_make_key(by.rights, std::move(settings), now);
    if (!allowed) return made(allowed.error());
    const auto secret = new_secret();
    const StoredApiKey key{.tenant = by.rights.tenant,
                           .id = ApiKeyId{ids_.next()},
                           .name = allowed->name,
                           .secret_hash = sha256({secret}),
                           .scopes = allowed->scopes,
                           .vendor_id = allowed->vendor,
                           .requests_per_minute = allowed->requests_per_minute,
                           .created_at = now,
                           .expires_at = allowed->expires_at,
                           .revoked_at = {},
                           .made_by = by.doer.actor};
    const auto entry = audit_of(AuditId{ids_.next()}, by.doer,
                                {"keys.make", target_of_key(key.id), {}, state_of(key), ""});
    const auto work = [key, entry, now](Connection& db) -> Result<void> {
        if (key.vendor_id) {
            const auto exists = vendor_exists(db, key.tenant, *key.vendor_id);
            if (!exists) return exists.error();
            if (!*exists)
                return refuse(ErrorCode::unprocessable, "vendorId", "there is no such vendor");
        }
        const auto open = count_open_api_keys(db, key.tenant, key.vendor_id, now);
        if (!open) return open.error();
        if (*open >= max_keys)
            return refuse(ErrorCode::conflict,
                          "there are " + std::to_string(max_keys) + " keys already: revoke some");
        if (auto kept = insert_api_key(db, key); !kept) return kept;
        return insert_audit(db, entry, now);
    };
    db_.read(
        key.tenant, [work](Connection& db) { return in_transaction(db, work); },
        [key, secret, made](Result<void> kept) {
            if (!kept) return made(kept.error());
            made(MadeKey{line_of(key), api_key_text(key.id, secret)});
        });
}

void KeyDeskView::revoke(KeyKeeper by, ApiKeyId id, Promise<Result<void>> done) {
    const auto now = clock_.now();
    const AuditId audit_id{ids_.next()};
    const OfTenant<ApiKeyId> changed{by.rights.tenant, id};
    const auto work = [by = std::move(by), id, now, audit_id](Connection& db) -> Result<void> {
        const auto key = own_key(db, by, id);
        if (!key) return key.error();
        if (key->revoked_at) return {};
        if (auto revoked = revoke_api_key(db, id, now); !revoked) return revoked;
        return insert_audit(
            db,
            audit_of(audit_id, by.doer, {"keys.revoke", target_of_key(id), state_of(*key), {}, ""}),
            now);
    };
    db_.read(
        changed.tenant, [work](Connection& db) { return in_transaction(db, work); },
        [this, changed, done](Result<void> revoked) {
            keys_.forget(changed);
            done(std::move(revoked));
        });
}

void KeyDeskView::rotate(KeyKeeper by, ApiKeyId id, Duration overlap,
                         Promise<Result<MadeKey>> made) {
    const auto now = clock_.now();
    const auto old_expires_at = now + overlap;
    const AuditId audit_id{ids_.next()};
    const auto secret = new_secret();
    const OfTenant<ApiKeyId> changed{by.rights.tenant, id};
    const auto work = [by = std::move(by), id, now, old_expires_at, audit_id,
                       hash = sha256({secret})](Connection& db) -> Result<StoredApiKey> {
        auto key = own_key(db, by, id);
        if (!key) return key;
        if (key->revoked_at) return refuse(ErrorCode::conflict, "the key is revoked");
        if (auto saved = save_secret(db, id, hash, old_expires_at); !saved) return saved.error();
        auto after = state_of(*key);
        after.push_back({"oldExpiresAt", to_rfc3339(old_expires_at)});
        const auto entry =
            audit_of(audit_id, by.doer,
                     {"keys.rotate", target_of_key(id), state_of(*key), std::move(after), ""});
        if (auto kept = insert_audit(db, entry, now); !kept) return kept.error();
        return key;
    };
    db_.read(
        changed.tenant, [work](Connection& db) { return in_transaction(db, work); },
        [this, changed, secret, old_expires_at, made](Result<StoredApiKey> key) {
            keys_.forget(changed);
            if (!key) return made(key.error());
            made(MadeKey{line_of(*key), api_key_text(changed.id, secret), old_expires_at});
        });
}

}  // namespace souk
