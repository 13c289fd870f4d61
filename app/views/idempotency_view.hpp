#pragma once
// Earlier answers: found in the rows, stored through the write lane.

#include "actors/entity_system.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/entities.hpp"

namespace souk {

class IdempotencyView final : public IdempotencyBook {
public:
    IdempotencyView(ReadPool& reads, EntitySystem& entities, const Clock& clock)
        : reads_(reads), entities_(entities), clock_(clock) {}

    /// An answer that is older is found no more.
    static constexpr std::chrono::hours keep{24};

    void find(const TenantId& tenant, const std::string& caller, const std::string& key,
              Promise<Result<std::optional<IdempotencyRecord>>> found) override;
    void remember(const TenantId& tenant, IdempotencyRecord record,
                  Promise<Result<bool>> done) override;

private:
    ReadPool& reads_;
    EntitySystem& entities_;
    const Clock& clock_;
};

}  // namespace souk
