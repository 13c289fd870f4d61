#include "app/views/idempotency_view.hpp"

#include "persistence/idempotency_repository.hpp"

namespace souk {
void IdempotencyView::find(const std::string& caller, const std::string& key,
                           Promise<Result<std::optional<IdempotencyRecord>>> found) {
    reads_.read(
        [caller, key, oldest = clock_.now() - keep](Connection& db) {
            return find_idempotency_record(db, caller, key, oldest);
        },
        [found](Result<std::optional<IdempotencyRecord>> record) { found(std::move(record)); });
}

void IdempotencyView::remember(IdempotencyRecord record, Promise<Result<bool>> done) {
    entities_.remember(std::move(record), std::move(done));
}

}  // namespace souk
