#pragma once
// API keys, remembered for half a minute: so long may one be used that another server has revoked.
// When they were used is written now and then, not with each request.

#include <atomic>
#include <mutex>
#include <unordered_set>

#include "app/views/timed_cache.hpp"
#include "persistence/api_key_repository.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class ApiKeysView final : public ApiKeys {
public:
    /// `default_per_minute` is the limit of keys that have none of their own; 0: no limit.
    ApiKeysView(ReadPool& reads, const Clock& clock, std::int64_t default_per_minute);

    /// `not_found` when there is no such key; that too is remembered.
    void find(const OfTenant<ApiKeyId>& id,
              Promise<Result<std::shared_ptr<const ApiKey>>> found) override;
    void used(ApiKeyId id) override;

    /// It is looked up anew, also where a look-up is under way.
    void forget(const OfTenant<ApiKeyId>& id);
    /// Writes which keys were used since the last time.
    void write_uses();

private:
    using Found = Result<std::shared_ptr<const ApiKey>>;
    using Stored = std::optional<StoredApiKey>;
    Found answer(const Stored& stored) const;

    ReadPool& reads_;
    const Clock& clock_;
    const std::int64_t default_per_minute_;
    TimedCache<OfTenant<ApiKeyId>, Stored> remembered_;
    std::atomic<std::uint64_t> changes_{0};
    std::mutex mutex_;
    std::unordered_set<ApiKeyId> used_;
};

}  // namespace souk
