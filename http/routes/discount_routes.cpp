#include <string>

#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/discount_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/read_query.hpp"

namespace souk {
namespace {

Task<Outcome> list_discounts(Call& call);
Task<Outcome> create_discount(Call& call);
Task<Outcome> show_discount(Call& call);
Task<Outcome> change_discount(Call& call);
Task<Outcome> end_discount(Call& call);

constexpr std::string_view not_a_vendors = "discount codes are good at every vendor's";

Access for_discounts(std::vector<std::string_view> scopes) {
    return Access::key(std::move(scopes)).but_no_vendors(not_a_vendors);
}
Access may_read() { return for_discounts({"discounts:read", "discounts:write"}); }
Access may_write() { return for_discounts({"discounts:write"}); }

}  // namespace

void add_discount_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/discounts",
                .handler = list_discounts,
                .access = may_read(),
                .doc = {.operation_id = "listDiscounts",
                        .summary = "Discount codes, the newest first",
                        .tag = "Discounts",
                        .query = &dto_info<PageBody>,
                        .answer = &dto_info<Page<DiscountView>>}});
    router.add({.method = Method::post,
                .pattern = "/discounts",
                .handler = create_discount,
                .access = may_write(),
                .doc = {.operation_id = "createDiscount",
                        .summary = "Make a discount code",
                        .tag = "Discounts",
                        .success = {201},
                        .errors = {conflict, unprocessable},
                        .body = &dto_info<CreateDiscountBody>,
                        .answer = &dto_info<Data<DiscountView>>,
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/discounts/{code}",
                .handler = show_discount,
                .access = may_read(),
                .doc = {.operation_id = "getDiscount",
                        .summary = "A discount code and its uses so far",
                        .tag = "Discounts",
                        .answer = &dto_info<Data<DiscountView>>,
                        .etag = true}});
    router.add({.method = Method::put,
                .pattern = "/discounts/{code}",
                .handler = change_discount,
                .access = may_write(),
                .doc = {.operation_id = "changeDiscount",
                        .summary = "Give a discount code other rules",
                        .tag = "Discounts",
                        .errors = {conflict, unprocessable},
                        .body = &dto_info<DiscountRulesBody>,
                        .answer = &dto_info<Data<DiscountView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::post,
                .pattern = "/discounts/{code}/end",
                .handler = end_discount,
                .access = may_write(),
                .doc = {.operation_id = "endDiscount",
                        .summary = "Let a discount code be good for nothing from now on",
                        .tag = "Discounts",
                        .answer = &dto_info<Data<DiscountView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
}

namespace {

Result<std::string> path_code(const Call& call) {
    auto code = discount_code_of(call.path("code"));
    if (is_discount_code(code)) return code;
    return refuse(ErrorCode::not_found, "no such discount code");
}

Answer discount_answer(const DiscountView& discount) {
    Answer answer;
    answer.body = enveloped(discount_json(discount));
    answer.etag = etag_of(discount.version);
    return answer;
}

Task<Outcome> edit(Call& call, std::string code, DiscountEdit command,
                   Render<DiscountView> render = discount_answer) {
    co_return co_await call.wait<Outcome>([&](Reply reply) {
        call.services().discounts.tell(
            code, {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
}

Task<Outcome> list_discounts(Call& call) {
    const auto parameters = read_query<PageBody>(call.request().query);
    if (!parameters) co_return parameters.error();
    const PageQuery query{parameters->page, parameters->limit, {}};
    auto page =
        co_await call.wait<Result<DiscountPage>>([&](Promise<Result<DiscountPage>> promise) {
            call.services().discount_reports.list(call.tenant(), query, std::move(promise));
        });
    if (!page) co_return page.error();
    Answer answer;
    answer.body = discounts_json(std::move(*page), query);
    co_return answer;
}

Task<Outcome> create_discount(Call& call) {
    const auto body = read_json<CreateDiscountBody>(call.request().body);
    if (!body) co_return body.error();
    auto code = discount_code_of(body->code);
    if (!is_discount_code(code))
        co_return refuse(ErrorCode::invalid_input, "code", "may hold letters, digits, - and _");
    const auto rules = discount_rules(*body);
    if (!rules) co_return rules.error();
    DiscountEdit command = CreateDiscount{DiscountId{call.services().ids.next()}, *rules};
    Render<DiscountView> render = [](const DiscountView& discount) {
        auto answer = discount_answer(discount);
        answer.status = 201;
        answer.location = std::string{api_base} + "/discounts/" + discount.code;
        return answer;
    };
    co_return co_await edit(call, std::move(code), std::move(command), std::move(render));
}

Task<Outcome> show_discount(Call& call) {
    const auto code = path_code(call);
    if (!code) co_return code.error();
    using Found = Result<std::shared_ptr<const DiscountView>>;
    const auto found = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().discounts.read({call.tenant(), *code}, std::move(promise));
    });
    if (!found) co_return found.error();
    co_return discount_answer(**found);
}

Task<Outcome> change_discount(Call& call) {
    auto code = path_code(call);
    if (!code) co_return code.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<DiscountRulesBody>(call.request().body);
    if (!body) co_return body.error();
    const auto rules = discount_rules(*body);
    if (!rules) co_return rules.error();
    DiscountEdit command = ChangeDiscount{*rules, *expected};
    co_return co_await edit(call, std::move(*code), std::move(command));
}

Task<Outcome> end_discount(Call& call) {
    auto code = path_code(call);
    if (!code) co_return code.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    DiscountEdit command = EndDiscount{*expected};
    co_return co_await edit(call, std::move(*code), std::move(command));
}

}  // namespace
}  // namespace souk
