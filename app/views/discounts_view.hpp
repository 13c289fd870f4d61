#pragma once
// The list of discount codes, read from the rows.

#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class DiscountsView final : public DiscountReports {
public:
    explicit DiscountsView(ReadPool& reads) : reads_(reads) {}

    void list(const TenantId& tenant, PageQuery query, Promise<Result<DiscountPage>> page) override;

private:
    ReadPool& reads_;
};

}  // namespace souk
