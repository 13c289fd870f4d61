#include "app/views/tenants_view.hpp"

#include <future>

#include "http/authentication.hpp"
#include "http/digest.hpp"
#include "persistence/api_key_repository.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/tenant_repository.hpp"
#include "persistence/transaction.hpp"
#include "protocol/console_action_json.hpp"
#include "security/cipher.hpp"

namespace souk {
namespace {

constexpr std::chrono::seconds refresh_interval{5};

std::vector<StateField> state_of(const Tenant& tenant) {
    std::string hosts;
    for (const auto& host : tenant.hosts) hosts.append(hosts.empty() ? "" : " ").append(host);
    return {{"name", tenant.name}, {"hosts", hosts}, {"siteUrl", tenant.site_url}};
}

/// May do all that a marketplace's own operator may.
StoredApiKey first_key(const Tenant& tenant, const std::string& secret) {
    return {.tenant = tenant.id,
            .id = ApiKeyId{tenant.id.uuid},
            .name = "Operator",
            .secret_hash = sha256({secret}),
            .scopes = {"admin"},
            .created_at = tenant.created_at};
}

Result<MadeTenant> make(Connection& db, const Tenant& tenant, const AuditEntry& audit) {
    const auto secret = new_secret();
    const auto key = first_key(tenant, secret);
    if (const auto done = insert_tenant(db, tenant); !done) return done.error();
    if (const auto done = insert_api_key(db, key); !done) return done.error();
    const auto noted = insert_audit(db, audit, tenant.created_at);
    if (!noted) return noted.error();
    return MadeTenant{tenant, api_key_text(key.id, secret)};
}

Result<Tenant> change_in(Connection& db, TenantId id, const TenantChange& change, AuditEntry audit,
                         TimePoint now) {
    const auto before = lock_tenant(db, id);
    if (!before) return before.error();
    if (!*before) return refuse(ErrorCode::not_found, "there is no such marketplace");
    auto after = **before;
    if (change.name) after.name = *change.name;
    if (change.hosts) after.hosts = *change.hosts;
    if (change.site_url) after.site_url = *change.site_url;
    if (auto saved = save_tenant(db, **before, after); !saved) return saved.error();
    audit.before = state_json(state_of(**before));
    audit.after = state_json(state_of(after));
    if (auto noted = insert_audit(db, audit, now); !noted) return noted.error();
    return after;
}

}  // namespace

Result<void> TenantsView::start() {
    auto loaded = std::make_shared<std::promise<Result<void>>>();
    auto result = loaded->get_future();
    refresh([loaded](Result<void> done) { loaded->set_value(std::move(done)); });
    if (auto done = result.get(); !done) return done.error();
    refreshing_.start(refresh_interval, [this] { refresh([](const Result<void>&) {}); });
    return {};
}

// What fails keeps what was there.
void TenantsView::refresh(std::function<void(Result<void>)> done) {
    database_.read([](Connection& db) { return find_tenants(db); },
                   [this, done = std::move(done)](Result<std::vector<Tenant>> tenants) {
                       if (!tenants) return done(tenants.error());
                       replace(std::move(*tenants));
                       done({});
                   });
}

void TenantsView::replace(std::vector<Tenant> tenants) {
    auto next = std::make_shared<Directory>();
    for (const auto& tenant : tenants) {
        next->by_name.emplace(tenant.slug, tenant.id);
        next->by_name.emplace(to_text(tenant.id), tenant.id);
        for (const auto& host : tenant.hosts) next->by_host.emplace(host, tenant.id);
    }
    next->tenants = std::move(tenants);
    const std::lock_guard lock(mutex_);
    directory_ = std::move(next);
}

std::shared_ptr<const TenantsView::Directory> TenantsView::current() const {
    const std::lock_guard lock(mutex_);
    return directory_;
}

std::optional<TenantId> TenantsView::of_host(std::string_view host) const {
    const auto directory = current();
    if (directory->by_host.empty()) return std::nullopt;
    const auto found = directory->by_host.find(std::string(host));
    if (found == directory->by_host.end()) return std::nullopt;
    return found->second;
}

std::optional<TenantId> TenantsView::named(std::string_view name) const {
    const auto directory = current();
    const auto found = directory->by_name.find(std::string(name));
    if (found == directory->by_name.end()) return std::nullopt;
    return found->second;
}

std::vector<Tenant> TenantsView::all() const { return current()->tenants; }

void TenantsView::create(Tenant tenant, AuditEntry audit, Promise<Result<MadeTenant>> made) {
    database_.read(
        [tenant = std::move(tenant), audit = std::move(audit)](Connection& db) {
            return in_transaction(db, [&](Connection& in) { return make(in, tenant, audit); });
        },
        [this, made](Result<MadeTenant> result) {
            if (!result) return made(result.error());
            // Known here before the answer is.
            refresh([this, made, result = std::move(result)](const Result<void>&) {
                tables_.refresh([made, result](const Result<void>&) { made(result); });
            });
        });
}

void TenantsView::change(TenantId id, TenantChange change, AuditEntry audit,
                         Promise<Result<Tenant>> changed) {
    database_.read(
        [id, change = std::move(change), audit = std::move(audit),
         now = clock_.now()](Connection& db) {
            return in_transaction(
                db, [&](Connection& in) { return change_in(in, id, change, audit, now); });
        },
        [this, changed](Result<Tenant> result) {
            if (!result) return changed(result.error());
            refresh(
                [changed, result = std::move(result)](const Result<void>&) { changed(result); });
        });
}

}  // namespace souk
