#pragma once
// API keys, remembered for half a minute: so long may a revoked one still be used.

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

private:
    using Found = Result<std::shared_ptr<const ApiKey>>;
    using Stored = std::optional<StoredApiKey>;
    Found answer(const Stored& stored) const;

    ReadPool& reads_;
    const Clock& clock_;
    const std::int64_t default_per_minute_;
    TimedCache<OfTenant<ApiKeyId>, Stored> remembered_;
};

}  // namespace souk
