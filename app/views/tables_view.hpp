#pragma once
// The price tables in memory: read before the server answers, and again every half minute.

#include <mutex>

#include "app/views/periodic.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class TablesView final : public Tables {
public:
    explicit TablesView(ReadPool& reads)
        : reads_(reads), tables_(std::make_shared<PriceTables>()) {}

    /// Reads them once and waits for it; then keeps them fresh.
    Result<void> start();
    void stop() { refreshing_.stop(); }

    /// Reads them again soon; what fails keeps what was there.
    void refresh(std::function<void(Result<void>)> done = {});

    std::shared_ptr<const PriceTables> current() const override;

private:
    void replace(PriceTables tables);

    ReadPool& reads_;
    mutable std::mutex mutex_;
    std::shared_ptr<const PriceTables> tables_;
    Periodic refreshing_;
};

}  // namespace souk
