#include "http/routes/routes.hpp"
#include "protocol/buyer_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/inventory_json.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_query.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_own_orders(Call& call);

void add_list(Router& router, std::string pattern, std::string_view operation_id) {
    router.add({.method = Method::get,
                .pattern = std::move(pattern),
                .handler = list_own_orders,
                .access = Access::user(),
                .doc = {.operation_id = operation_id,
                        .summary = "Your orders, newest first",
                        .tag = "Orders",
                        .query = &dto_info<CursorQuery>,
                        .answer = &dto_info<CursorPage<ListedOrder>>}});
}

}  // namespace

void add_buyer_routes(Router& router) {
    add_list(router, "/orders", "listOwnOrders");
    add_list(router, "/users/orders", "listOrdersOfUser");
}

namespace {

Task<Outcome> list_own_orders(Call& call) {
    const auto parameters = read_query<CursorQuery>(call.request().query);
    if (!parameters) co_return parameters.error();
    const PageQuery query{parameters->page, parameters->limit, parameters->cursor};
    using Found = Result<OrderPage>;
    auto page = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().buyers.orders({call.tenant(), call.principal().user_id}, query,
                                      std::move(promise));
    });
    if (!page) co_return page.error();
    const CursorPagination pagination{{query.page, query.limit, page->total},
                                      std::move(page->next_cursor)};
    co_return Answer{
        .body = write_json(CursorPage<ListedOrder>{std::move(page->rows), pagination}, 4096)};
}

}  // namespace
}  // namespace souk
