#pragma once
// Earlier answers: found in the rows, stored through the write lane, forgotten after a day.

#include "actors/entity_system.hpp"
#include "app/views/periodic.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/entities.hpp"

namespace souk {

class IdempotencyView final : public IdempotencyBook {
public:
    IdempotencyView(ReadPool& reads, EntitySystem& entities, const Clock& clock)
        : reads_(reads), entities_(entities), clock_(clock) {}

    /// From now on old answers are deleted every few minutes.
    void start();
    void stop() { purging_.stop(); }

    void find(const std::string& caller, const std::string& key,
              Promise<Result<std::optional<IdempotencyRecord>>> found) override;
    void remember(IdempotencyRecord record, Promise<Result<bool>> done) override;

private:
    void purge();

    ReadPool& reads_;
    EntitySystem& entities_;
    const Clock& clock_;
    Periodic purging_;
};

}  // namespace souk
