#include "app/views/api_keys_view.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds keep{30};
constexpr std::size_t max_remembered = 10'000;

}  // namespace

ApiKeysView::ApiKeysView(ReadPool& reads, const Clock& clock, std::int64_t default_per_minute)
    : reads_(reads),
      clock_(clock),
      default_per_minute_(default_per_minute),
      remembered_(clock, keep, max_remembered) {}

void ApiKeysView::find(const OfTenant<ApiKeyId>& id, Promise<Found> found) {
    if (const auto stored = remembered_.find(id)) return found(answer(*stored));
    reads_.read(
        id.tenant, [id](Connection& db) { return find_api_key(db, id); },
        [this, id, found, changes = changes_.load()](Result<Stored> stored) {
            if (!stored) return found(stored.error());
            remembered_.put(id, *stored);
            if (changes_ != changes) remembered_.drop(id);  // it may have changed since
            found(answer(*stored));
        });
}

void ApiKeysView::used(ApiKeyId id) {
    const std::lock_guard lock(mutex_);
    if (used_.size() < max_remembered) used_.insert(id);
}

void ApiKeysView::forget(const OfTenant<ApiKeyId>& id) {
    ++changes_;
    remembered_.drop(id);
}

// What is not written is written with the next use.
void ApiKeysView::write_uses() {
    std::vector<ApiKeyId> ids;
    {
        const std::lock_guard lock(mutex_);
        ids.assign(used_.begin(), used_.end());
        used_.clear();
    }
    if (ids.empty()) return;
    // Of every marketplace: ids alone.
    reads_.read([ids, now = clock_.now()](Connection& db) { return touch_api_keys(db, ids, now); },
                [](Result<void>) {});
}

ApiKeysView::Found ApiKeysView::answer(const Stored& stored) const {
    if (!stored) return refuse(ErrorCode::not_found, "no such API key");
    const auto now = clock_.now();
    auto key = std::make_shared<ApiKey>();
    key->tenant = stored->tenant;
    key->id = stored->id;
    key->secret_hash = stored->secret_hash;
    if (stored->old_expires_at && *stored->old_expires_at > now)
        key->old_secret_hash = stored->old_secret_hash;
    key->name = stored->name;
    key->scopes = stored->scopes;
    key->vendor = stored->vendor_id;
    key->requests_per_minute =
        stored->requests_per_minute == 0 ? default_per_minute_ : stored->requests_per_minute;
    key->revoked = stored->revoked_at || stored->suspended_at ||
                   (stored->expires_at && *stored->expires_at <= now);
    return std::shared_ptr<const ApiKey>{std::move(key)};
}

}  // namespace souk
