#include <string>

#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/api_key_json.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/read_query.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_keys(Call& call);
Task<Outcome> make_key(Call& call);
Task<Outcome> revoke_key(Call& call);
Task<Outcome> rotate_key(Call& call);

const Access keepers = Access::key({"keys:manage"});

}  // namespace

// None takes an Idempotency-Key: an answer that is kept would keep the key.
void add_api_key_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/api-keys",
                .handler = list_keys,
                .access = keepers,
                .doc = {.operation_id = "listApiKeys",
                        .summary = "Keys that may do no more than you may, newest first",
                        .tag = "API keys",
                        .query = &dto_info<PageBody>,
                        .answer = &dto_info<Page<KeyLine>>}});
    router.add({.method = Method::post,
                .pattern = "/api-keys",
                .handler = make_key,
                .access = keepers,
                .doc = {.operation_id = "makeApiKey",
                        .summary = "Make a key; it is shown this once",
                        .tag = "API keys",
                        .success = {201},
                        .errors = {conflict, unprocessable},
                        .body = &dto_info<NewKeyBody>,
                        .answer = &dto_info<Data<MadeKey>>},
                .takes_key = false});
    router.add({.method = Method::del,
                .pattern = "/api-keys/{id}",
                .handler = revoke_key,
                .access = keepers,
                .doc = {.operation_id = "revokeApiKey",
                        .summary = "Revoke a key: it holds no more",
                        .tag = "API keys",
                        .success = {204}}});
    router.add({.method = Method::post,
                .pattern = "/api-keys/{id}/rotate",
                .handler = rotate_key,
                .access = keepers,
                .doc = {.operation_id = "rotateApiKey",
                        .summary = "Give a key another secret; the one before holds a while longer",
                        .tag = "API keys",
                        .errors = {conflict},
                        .body = &dto_info<RotateKeyBody>,
                        .answer = &dto_info<Data<MadeKey>>},
                .takes_key = false});
}

namespace {

using Made = Result<MadeKey>;

KeyRights rights_of(const Principal& principal) {
    const auto limit = principal.is_user() ? 0 : principal.requests_per_minute;
    return {principal.scopes, principal.vendor, limit, principal.tenant};
}

KeyKeeper keeper_of(const Call& call) { return {rights_of(call.principal()), call.doer()}; }

Task<Outcome> list_keys(Call& call) {
    const auto read = read_query<PageBody>(call.request().query);
    if (!read) co_return read.error();
    PageQuery query{read->page, read->limit, {}};
    auto rights = rights_of(call.principal());
    using Found = Result<KeyPage>;
    auto page = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().key_desk.list(std::move(rights), std::move(query), std::move(promise));
    });
    if (!page) co_return page.error();
    const Page<KeyLine> list{std::move(page->rows), {read->page, read->limit, page->total}};
    co_return Answer{.body = write_json(list)};
}

Task<Outcome> make_key(Call& call) {
    auto body = read_json<NewKeyBody>(call.request().body);
    if (!body) co_return body.error();
    KeySettings settings{
        std::move(body->name), {}, body->vendor_id, body->requests_per_minute, body->expires_at};
    for (auto& scope : body->scopes) settings.scopes.push_back(std::move(scope.text));
    auto by = keeper_of(call);
    const auto made = co_await call.wait<Made>([&](Promise<Made> promise) {
        call.services().key_desk.make(std::move(by), std::move(settings), std::move(promise));
    });
    if (!made) co_return made.error();
    Answer answer{.status = 201, .body = write_json(Data<MadeKey>{*made})};
    answer.location = std::string{api_base} + "/api-keys/" + to_text(made->line.id);
    co_return answer;
}

Task<Outcome> revoke_key(Call& call) {
    const auto id = call.path_id<ApiKeyId>("id");
    if (!id) co_return id.error();
    auto by = keeper_of(call);
    using Done = Result<void>;
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().key_desk.revoke(std::move(by), *id, std::move(promise));
    });
    if (!done) co_return done.error();
    co_return Answer{.status = 204};
}

Task<Outcome> rotate_key(Call& call) {
    const auto id = call.path_id<ApiKeyId>("id");
    if (!id) co_return id.error();
    const auto body = read_json<RotateKeyBody>(call.request().body);
    if (!body) co_return body.error();
    const Duration overlap = std::chrono::hours{body->overlap_hours};
    auto by = keeper_of(call);
    const auto made = co_await call.wait<Made>([&](Promise<Made> promise) {
        call.services().key_desk.rotate(std::move(by), *id, overlap, std::move(promise));
    });
    if (!made) co_return made.error();
    co_return Answer{.body = write_json(Data<MadeKey>{*made})};
}

}  // namespace
}  // namespace souk
