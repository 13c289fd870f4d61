#include "app/views/key_settlement.hpp"

#include "app/views/security_audit.hpp"
#include "persistence/api_key_repository.hpp"
#include "persistence/audit_repository.hpp"

namespace souk {
namespace {

constexpr auto with_maker = "whoever made the key may not have it now";
constexpr auto again = "whoever made the key may have it again";

KeySettings settings_of(const StoredApiKey& key) {
    return {key.name, key.scopes, key.vendor_id, key.requests_per_minute, key.expires_at};
}

struct Settling {
    Connection& db;
    const Doer& doer;
    TimePoint now;
    IdSource& ids;
    std::vector<ApiKeyId> changed;
};

Result<void> settle(Settling& to, const StoredApiKey& key, bool holds) {
    if (holds != key.suspended_at.has_value()) return {};
    if (auto saved = suspend_api_key(to.db, key.id, holds ? std::nullopt : std::optional{to.now});
        !saved)
        return saved;
    to.changed.push_back(key.id);
    const auto entry = audit_of(AuditId{to.ids.next()}, to.doer,
                                {holds ? "keys.reinstate" : "keys.suspend",
                                 "key " + to_text(key.id),
                                 {{"suspended", holds ? "yes" : "no"}},
                                 {{"suspended", holds ? "no" : "yes"}},
                                 holds ? again : with_maker});
    return insert_audit(to.db, entry, to.now);
}

}  // namespace

// A key is never wider than the one that made it, so that keys made with keys follow theirs.
Result<std::vector<ApiKeyId>> settle_keys(Connection& db, const User& maker, const Doer& doer,
                                          TimePoint now, IdSource& ids) {
    const KeyRights rights{scopes_of(maker.role, maker.vendor_id), maker.vendor_id, 0,
                           maker.tenant};
    const bool is_active = maker.state == AccountState::active;
    Settling to{db, doer, now, ids, {}};
    const auto own = lock_api_keys_made_by(db, maker.tenant, to_text(maker.id));
    if (!own) return own.error();
    struct Settled {
        ApiKeyId id;
        bool holds;
    };
    std::vector<Settled> makers;
    for (const auto& key : *own) {
        const bool holds = is_active && covers(rights, settings_of(key));
        if (auto settled = settle(to, key, holds); !settled) return settled.error();
        makers.push_back({key.id, holds});
    }
    for (std::size_t i = 0; i < makers.size(); ++i) {
        const auto [made_by, holds] = makers[i];
        const auto made = lock_api_keys_made_by(db, maker.tenant, to_text(made_by));
        if (!made) return made.error();
        for (const auto& key : *made) {
            if (auto settled = settle(to, key, holds); !settled) return settled.error();
            makers.push_back({key.id, holds});
        }
    }
    return std::move(to.changed);
}

}  // namespace souk
