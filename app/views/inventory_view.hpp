#pragma once
// The ledger and the low-stock list, read from the rows.

#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class InventoryView final : public InventoryReports {
public:
    explicit InventoryView(ReadPool& reads) : reads_(reads) {}

    /// `invalid_input` for a cursor that we did not give.
    void movements(const OfTenant<StockKey>& key, PageQuery query,
                   Promise<Result<MovementPage>> page) override;
    void low_stock(const TenantId& tenant, std::optional<VendorId> vendor, PageQuery query,
                   Promise<Result<LowStockPage>> page) override;

private:
    ReadPool& reads_;
};

}  // namespace souk
