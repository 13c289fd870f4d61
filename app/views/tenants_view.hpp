#pragma once
// The marketplaces in memory: read before the server answers, and again every few seconds, so that
// one which was made by another server is soon known here.

#include <mutex>
#include <unordered_map>

#include "app/views/periodic.hpp"
#include "app/views/tables_view.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class TenantsView final : public Tenants {
public:
    /// All must outlive it.
    TenantsView(ReadPool& database, TablesView& tables, const Clock& clock)
        : database_(database), tables_(tables), clock_(clock) {}

    /// Reads them once and waits for it; then keeps them fresh.
    Result<void> start();
    void stop() { refreshing_.stop(); }

    std::optional<TenantId> of_host(std::string_view host) const override;
    std::optional<TenantId> named(std::string_view name) const override;
    std::vector<Tenant> all() const override;
    void create(Tenant tenant, AuditEntry audit, Promise<Result<MadeTenant>> made) override;
    void change(TenantId id, TenantChange change, AuditEntry audit,
                Promise<Result<Tenant>> changed) override;

private:
    /// The whole, swapped when it is read again.
    struct Directory {
        std::vector<Tenant> tenants;
        std::unordered_map<std::string, TenantId> by_host;
        std::unordered_map<std::string, TenantId> by_name;
    };
    void refresh(std::function<void(Result<void>)> done);
    void replace(std::vector<Tenant> tenants);
    std::shared_ptr<const Directory> current() const;

    ReadPool& database_;
    TablesView& tables_;  // a new marketplace has its own
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Directory> directory_{std::make_shared<Directory>()};
    Periodic refreshing_;
};

}  // namespace souk
