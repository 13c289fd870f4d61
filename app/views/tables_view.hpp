#pragma once
// The price tables in memory: read before the server answers, and again every half minute.

#include <mutex>
#include <unordered_map>

#include "app/views/periodic.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class TablesView final : public Tables {
public:
    explicit TablesView(ReadPool& reads) : reads_(reads) {}

    /// Reads them once and waits for it; then keeps them fresh.
    Result<void> start();
    void stop() { refreshing_.stop(); }

    /// Reads them again soon; what fails keeps what was there.
    void refresh(std::function<void(Result<void>)> done = {});

    /// Empty ones for a marketplace that has none.
    std::shared_ptr<const PriceTables> current(const TenantId& tenant) const override;

private:
    using TablesOfTenants = std::unordered_map<TenantId, std::shared_ptr<const PriceTables>>;
    void replace(std::unordered_map<TenantId, PriceTables> tables);

    ReadPool& reads_;
    mutable std::mutex mutex_;
    TablesOfTenants tables_;
    Periodic refreshing_;
};

}  // namespace souk
