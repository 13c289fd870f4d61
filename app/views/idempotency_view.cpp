#include "app/views/idempotency_view.hpp"

#include "persistence/idempotency_repository.hpp"

namespace souk {
void IdempotencyView::find(const TenantId& tenant, const std::string& caller,
                           const std::string& key,
                           Promise<Result<std::optional<IdempotencyRecord>>> found) {
    reads_.read(
        tenant,
        [tenant, caller, key, oldest = clock_.now() - keep](Connection& db) {
            return find_idempotency_record(db, tenant, caller, key, oldest);
        },
        [found](Result<std::optional<IdempotencyRecord>> record) { found(std::move(record)); });
}

void IdempotencyView::remember(const TenantId& tenant, IdempotencyRecord record,
                               Promise<Result<bool>> done) {
    entities_.remember(tenant, std::move(record), std::move(done));
}

}  // namespace souk
