#include "http/page_routes.hpp"

#include <string>

namespace souk {
namespace {

/// One of the fixed files, by its name among the documents.
template <const auto& name>
Task<Outcome> show_file(Call& call) {
    co_return call.services().documents.answer_file(name);
}

constexpr std::string_view docs_page = "docs.html";
constexpr std::string_view docs_script = "docs.js";
constexpr std::string_view docs_style = "docs.css";
constexpr std::string_view icon = "favicon.svg";
// What is on the page comes from calls that need a key; the page itself is no secret.
constexpr std::string_view console_page = "admin/index.html";
constexpr std::string_view console_style = "admin/style.css";
constexpr std::string_view shop_page = "shop/index.html";
constexpr std::string_view shop_style = "shop/shop.css";

Task<Outcome> show_console_script(Call& call) {
    const auto name = "admin/" + std::string{call.path("module")} + ".js";
    co_return call.services().documents.answer_file(name);
}

Task<Outcome> show_shop_script(Call& call) {
    const std::string name{call.path("script")};
    if (!name.ends_with(".js")) co_return refuse(ErrorCode::not_found, "no such script");
    co_return call.services().documents.answer_file("shop/" + name);
}

constexpr std::string_view html = "text/html";
constexpr std::string_view css = "text/css";
constexpr std::string_view javascript = "text/javascript";
constexpr std::string_view svg = "image/svg+xml";

void add(Router& router, std::string pattern, Handler handler, std::string_view operation_id,
         std::string_view summary, std::string_view media_type) {
    router.add({.method = Method::get,
                .pattern = std::move(pattern),
                .handler = handler,
                .access = Access::everyone(),
                .doc = {.operation_id = operation_id,
                        .summary = summary,
                        .tag = "System",
                        .etag = true,
                        .media_type = media_type},
                .rate = RateClass::unlimited,
                .mount = Mount::root});
}

}  // namespace

void add_page_routes(Router& router, DemoShop shop) {
    add(router, "/docs", show_file<docs_page>, "getDocs", "The API's interactive page", html);
    add(router, "/docs.js", show_file<docs_script>, "getDocsScript", "The page's script",
        javascript);
    add(router, "/docs.css", show_file<docs_style>, "getDocsStyle", "The page's style", css);
    add(router, "/admin/console", show_file<console_page>, "getConsole", "The actor console", html);
    add(router, "/admin/console.css", show_file<console_style>, "getConsoleStyle",
        "The console's style", css);
    add(router, "/admin/console/{module}", show_console_script, "getConsoleScript",
        "A module of the console's script", javascript);
    add(router, "/favicon.svg", show_file<icon>, "getIcon", "The icon of the pages", svg);
    // Where a browser looks that shows what names no icon: a description, an answer.
    add(router, "/favicon.ico", show_file<icon>, "getDefaultIcon",
        "The same icon, where browsers look for one", svg);
    if (shop == DemoShop::left_out) return;
    add(router, "/", show_file<shop_page>, "getShop", "The demo shop", html);
    add(router, "/shop.css", show_file<shop_style>, "getShopStyle", "The shop's style", css);
    add(router, "/shop/{script}", show_shop_script, "getShopScript", "One of the shop's scripts",
        javascript);
}

}  // namespace souk
