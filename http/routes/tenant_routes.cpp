// The marketplaces of the deployment: for operators of the default one.

#include "http/routes/routes.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/tenant_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_tenants(Call& call) {
    co_return Answer{.body = enveloped(write_json(call.services().tenants.all()))};
}

AuditEntry audit_of(const Call& call, const Tenant& tenant) {
    return {.id = AuditId{call.services().ids.next()},
            .actor = call.principal().actor(),
            .actor_name = call.principal().name,
            .action = "createTenant",
            .target = "tenant " + to_text(tenant.id),
            .reason = "a new marketplace: " + tenant.slug,
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
    auto audit = audit_of(call, *tenant);
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
                        .answer = &dto_info<Data<std::vector<Tenant>>>}});
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
}

}  // namespace souk
