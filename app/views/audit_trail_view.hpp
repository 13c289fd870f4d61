#pragma once
// The audit over PostgreSQL, by what is asked for.

#include "persistence/read_pool.hpp"
#include "protocol/people.hpp"

namespace souk {

class AuditTrailView final : public AuditTrail {
public:
    explicit AuditTrailView(ReadPool& reads) : reads_(reads) {}

    void list(AuditFind find, Promise<Result<AuditPage>> page) override;

private:
    ReadPool& reads_;
};

}  // namespace souk
