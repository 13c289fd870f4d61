// The marketplaces of the deployment: for operators of the default one.

#include <algorithm>

#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/read_query.hpp"
#include "protocol/tenant_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_tenants(Call& call) {
    const auto read = read_query<PageBody>(call.request().query);
    if (!read) co_return read.error();
    const auto all = call.services().tenants.all();
    const auto total = static_cast<std::int64_t>(all.size());
    const auto first = std::min(total, (read->page - 1) * read->limit);
    const auto last = std::min(total, first + read->limit);
    const Page<Tenant> page{{all.begin() + first, all.begin() + last},
                            {read->page, read->limit, total}};
    co_return Answer{.body = write_json(page)};
}

AuditEntry audit_of(const Call& call, std::string action, const TenantId& tenant,
                    std::string reason) {
    return {.id = AuditId{call.services().ids.next()},
            .actor = call.principal().actor(),
            .actor_name = call.principal().name,
            .action = std::move(action),
            .target = "tenant " + to_text(tenant),
            .reason = std::move(reason),
            .request_id = call.request_id(),
            .touched = 1,
            .before = "[]",
            .after = "[]"};
}

// Answered without the key being kept: what is kept would keep the new operator's key in it.
Task<Outcome> create_tenant(Call& call) {
    const auto body = read_json<CreateTenantBody>(call.request().body);
    if (!body) co_return body.error();
    auto tenant =
        tenant_of(*body, TenantId{call.services().ids.next()}, call.services().clock.now());
    if (!tenant) co_return tenant.error();
    auto audit = audit_of(call, "createTenant", tenant->id, "a new marketplace: " + tenant->slug);
    const auto made =
        co_await call.wait<Result<MadeTenant>>([&](Promise<Result<MadeTenant>> promise) {
            call.services().tenants.create(std::move(*tenant), std::move(audit),
                                           std::move(promise));
        });
    if (!made) co_return made.error();
    co_return Answer{.status = 201,
                     .body = enveloped(write_json(*made)),
                     .location = "/api/v1/admin/tenants/" + to_text(made->tenant.id)};
}

Task<Outcome> change_tenant(Call& call) {
    const auto id = call.services().tenants.named(call.path("tenant"));
    if (!id) co_return refuse(ErrorCode::not_found, "there is no such marketplace");
    const auto body = read_json<ChangeTenantBody>(call.request().body);
    if (!body) co_return body.error();
    auto change = change_of(*body);
    if (!change) co_return change.error();
    auto audit = audit_of(call, "changeTenant", *id, "how it is called and reached");
    using Changed = Result<Tenant>;
    const auto changed = co_await call.wait<Changed>([&](Promise<Changed> promise) {
        call.services().tenants.change(*id, std::move(*change), std::move(audit),
                                       std::move(promise));
    });
    if (!changed) co_return changed.error();
    co_return Answer{.body = write_json(Data<Tenant>{*changed})};
}

const Access by_platform = Access::key({"admin"})
                               .but_no_vendors("marketplaces are not a vendor's to make")
                               .of_deployment();

}  // namespace

void add_tenant_routes(Router& router) {
    router.add({.method = Method::get,
                .pattern = "/admin/tenants",
                .handler = list_tenants,
                .access = by_platform,
                .doc = {.operation_id = "listTenants",
                        .summary = "The marketplaces of this deployment, the oldest first",
                        .tag = "Tenants",
                        .query = &dto_info<PageBody>,
                        .answer = &dto_info<Page<Tenant>>}});
    router.add({.method = Method::post,
                .pattern = "/admin/tenants",
                .handler = create_tenant,
                .access = by_platform,
                .doc = {.operation_id = "createTenant",
                        .summary = "Make a marketplace, with its operator's key",
                        .tag = "Tenants",
                        .success = {201},
                        .errors = {ErrorCode::conflict},
                        .body = &dto_info<CreateTenantBody>,
                        .answer = &dto_info<Data<MadeTenant>>},
                .takes_key = false});
    router.add({.method = Method::put,
                .pattern = "/admin/tenants/{tenant}",
                .handler = change_tenant,
                .access = by_platform,
                .doc = {.operation_id = "changeTenant",
                        .summary = "Change what a marketplace is called and how it is reached",
                        .tag = "Tenants",
                        .errors = {ErrorCode::conflict},
                        .body = &dto_info<ChangeTenantBody>,
                        .answer = &dto_info<Data<Tenant>>}});
}

}  // namespace souk
