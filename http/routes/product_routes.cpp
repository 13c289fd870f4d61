#include <string>

#include "http/digest.hpp"
#include "http/routes/routes.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/product_json.hpp"
#include "protocol/read_query.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_products(Call& call);
Task<Outcome> show_product(Call& call);
Task<Outcome> show_product_by_slug(Call& call);

}  // namespace

void add_product_routes(Router& router) {
    router.add({.method = Method::get,
                .pattern = "/products",
                .handler = list_products,
                .access = Access::everyone(),
                .doc = {.operation_id = "listProducts",
                        .summary = "List, filter, search and sort products",
                        .tag = "Products",
                        .query = &dto_info<ProductListQuery>,
                        .answer = &dto_info<Page<ProductView>>,
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/products/{id}",
                .handler = show_product,
                .access = Access::everyone(),
                .doc = {.operation_id = "getProduct",
                        .summary = "Show a product",
                        .tag = "Products",
                        .answer = &dto_info<Data<ProductDetailView>>,
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/products/slug/{slug}",
                .handler = show_product_by_slug,
                .access = Access::everyone(),
                .doc = {.operation_id = "getProductBySlug",
                        .summary = "Show a product by its name in addresses",
                        .tag = "Products",
                        .answer = &dto_info<Data<ProductDetailView>>,
                        .etag = true}});
}

namespace {

using ProductFound = Result<std::shared_ptr<const ProductJson>>;

/// Stock counts are part of a product, so shared caches keep it for a moment only.
Answer catalogue_answer(std::string body, std::string etag) {
    Answer answer;
    answer.etag = std::move(etag);
    answer.body = std::move(body);
    answer.cache_control = "public, max-age=10";
    return answer;
}

Outcome detail_answer(const ProductFound& found) {
    if (!found) return found.error();
    return catalogue_answer(enveloped((*found)->detail), etag_of((*found)->version));
}

Task<Outcome> list_products(Call& call) {
    const auto parameters = read_query<ProductListQuery>(call.request().query);
    if (!parameters) co_return parameters.error();
    auto query = product_query(*parameters);
    if (!query) co_return query.error();
    query->tenant = call.tenant();
    const auto found =
        co_await call.wait<Result<ProductPage>>([&](Promise<Result<ProductPage>> promise) {
            call.services().catalogue.list(*query, std::move(promise));
        });
    if (!found) co_return found.error();

    Page<RawJson<ProductView>> page;
    page.pagination = {query->page, query->limit, found->total};
    for (const auto& product : found->products) page.data.push_back({product->summary});
    auto body = write_json(page, 1024 + 2048 * page.data.size());
    auto etag = '"' + to_hex(sha256({body})).substr(0, 32) + '"';
    co_return catalogue_answer(std::move(body), std::move(etag));
}

Task<Outcome> show_product(Call& call) {
    const auto id = call.path_id<ProductId>("id");
    if (!id) co_return id.error();
    const auto found = co_await call.wait<ProductFound>([&](Promise<ProductFound> promise) {
        call.services().catalogue.product({call.tenant(), *id}, std::move(promise));
    });
    co_return detail_answer(found);
}

Task<Outcome> show_product_by_slug(Call& call) {
    std::string slug{call.path("slug")};
    const auto found = co_await call.wait<ProductFound>([&](Promise<ProductFound> promise) {
        call.services().catalogue.product_by_slug({call.tenant(), std::move(slug)},
                                                  std::move(promise));
    });
    co_return detail_answer(found);
}

}  // namespace
}  // namespace souk
