#include "app/views/tables_view.hpp"

#include <future>

#include "persistence/table_repository.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds refresh_interval{30};

}  // namespace

Result<void> TablesView::start() {
    auto loaded = std::make_shared<std::promise<Result<void>>>();
    auto result = loaded->get_future();
    refresh([loaded](Result<void> done) { loaded->set_value(std::move(done)); });
    if (auto done = result.get(); !done) return done.error();
    refreshing_.start(refresh_interval, [this] { refresh(); });
    return {};
}

void TablesView::refresh(std::function<void(Result<void>)> done) {
    reads_.read([](Connection& db) { return find_price_tables(db); },
                [this, done = std::move(done)](auto tables) {
                    if (tables) replace(std::move(*tables));
                    if (!done) return;
                    done(tables ? Result<void>{} : Result<void>{tables.error()});
                });
}

void TablesView::replace(std::unordered_map<TenantId, PriceTables> tables) {
    TablesOfTenants next;
    for (auto& [tenant, its] : tables)
        next.emplace(tenant, std::make_shared<const PriceTables>(std::move(its)));
    const std::lock_guard lock(mutex_);
    tables_ = std::move(next);
}

std::shared_ptr<const PriceTables> TablesView::current(const TenantId& tenant) const {
    static const auto none = std::make_shared<const PriceTables>();
    const std::lock_guard lock(mutex_);
    const auto found = tables_.find(tenant);
    return found == tables_.end() ? none : found->second;
}

}  // namespace souk
