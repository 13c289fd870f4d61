#include <string>

#include "http/routes/console_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_query.hpp"

namespace souk {
namespace {

Task<Outcome> list_audit(Call& call);

}  // namespace

void add_audit_routes(Router& router) {
    router.add({.method = Method::get,
                .pattern = "/admin/audit",
                .handler = list_audit,
                .access = Access::key({view_scope, operate_scope, admin_scope})
                              .but_no_vendors("the audit is not a vendor's to see"),
                .doc = {.operation_id = "listAudit",
                        .summary = "Who did what, newest first; to the console's keys, what "
                                   "operators did",
                        .tag = "Console",
                        .query = &dto_info<AuditQuery>,
                        .answer = &dto_info<CursorPage<AuditRow>>}});
}

namespace {

// Log-ins and the like, with their addresses, are for administrators alone.
Task<Outcome> list_audit(Call& call) {
    auto query = read_query<AuditQuery>(call.request().query);
    if (!query) co_return query.error();
    AuditFind find{call.principal().tenant,
                   !call.principal().has_scope("admin"),
                   std::move(query->actor),
                   std::move(query->action),
                   std::move(query->target),
                   std::move(query->request_id),
                   query->from,
                   query->to,
                   query->limit,
                   std::move(query->cursor)};
    auto page = co_await call.wait<Result<AuditPage>>([&](Promise<Result<AuditPage>> found) {
        call.services().audit.list(std::move(find), std::move(found));
    });
    if (!page) co_return page.error();
    hide_secrets(call, *page);
    co_return Answer{.body = audit_json(std::move(*page), query->limit)};
}

}  // namespace
}  // namespace souk
