#include "http/shop_routes.hpp"

#include <string>

namespace souk {
namespace {

Task<Outcome> show_shop(Call& call) {
    co_return call.services().documents.answer_file("shop/index.html");
}

Task<Outcome> show_shop_style(Call& call) {
    co_return call.services().documents.answer_file("shop/shop.css");
}

Task<Outcome> show_shop_script(Call& call) {
    const std::string name{call.path("script")};
    if (!name.ends_with(".js")) co_return refuse(ErrorCode::not_found, "no such script");
    co_return call.services().documents.answer_file("shop/" + name);
}

Route shop_route(std::string pattern, Handler handler, std::string_view operation_id,
                 std::string_view summary, std::string_view media_type) {
    return {Method::get,
            std::move(pattern),
            handler,
            Access::everyone(),
            {.operation_id = operation_id,
             .summary = summary,
             .tag = "System",
             .etag = true,
             .media_type = media_type},
            RateClass::unlimited,
            Mount::root};
}

}  // namespace

void add_shop_routes(Router& router) {
    router.add(shop_route("/", show_shop, "getShop", "The demo shop", "text/html"));
    router.add(
        shop_route("/shop.css", show_shop_style, "getShopStyle", "The shop's style", "text/css"));
    router.add(shop_route("/shop/{script}", show_shop_script, "getShopScript",
                          "One of the shop's scripts", "text/javascript"));
}

}  // namespace souk
