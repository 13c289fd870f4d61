#include "app/views/idempotency_view.hpp"

#include "persistence/idempotency_repository.hpp"

namespace souk {
namespace {

constexpr std::chrono::hours keep{24};
constexpr std::chrono::minutes purge_interval{5};
constexpr std::int64_t purge_chunk = 10'000;

}  // namespace

void IdempotencyView::start() {
    purging_.start(purge_interval, [this] { purge(); });
}

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

// A full chunk means that there is more; what fails is tried again next time.
void IdempotencyView::purge() {
    reads_.read([oldest = clock_.now() - keep](
                    Connection& db) { return purge_idempotency_records(db, oldest, purge_chunk); },
                [this](Result<std::int64_t> purged) {
                    if (purged && *purged == purge_chunk) purge();
                });
}

}  // namespace souk
