#pragma once
// Which of the parts we stand on are there.

#include "actors/entity_system.hpp"
#include "persistence/read_pool.hpp"
#include "persistence/redis.hpp"
#include "protocol/views.hpp"

namespace souk {

class SystemHealth final : public Health {
public:
    /// Without Redis the pointer is null.
    SystemHealth(const ReadPool& reads, const Redis* redis, const EntitySystem& entities)
        : reads_(reads), redis_(redis), entities_(entities) {}
    std::vector<ComponentHealth> check() const override;

private:
    const ReadPool& reads_;
    const Redis* redis_;
    const EntitySystem& entities_;
};

/// Memory of this process that is in RAM.
std::int64_t resident_bytes();

}  // namespace souk
