#include <string>

#include "http/routes/device.hpp"
#include "http/routes/people_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/people_json.hpp"
#include "protocol/personal_data_json.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> gather(Call& call);
Task<Outcome> erase(Call& call);
Task<Outcome> erase_person(Call& call);

void add_erase_person(Router& router, std::string home, std::string_view operation_id) {
    router.add({.method = Method::post,
                .pattern = std::move(home) + "/{id}/erase",
                .handler = erase_person,
                .access = administrators,
                .doc = {.operation_id = operation_id,
                        .summary = "Erase somebody for good; their orders stay without them",
                        .tag = "People",
                        .success = {202},
                        .errors = {ErrorCode::conflict},
                        .body = &dto_info<ReasonBody>,
                        .answer = &dto_info<MessageOnly>}});
}

}  // namespace

// Erasing oneself takes no Idempotency-Key: the hash of a request that is kept could be guessed a
// password from.
void add_personal_data_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/users/me/export",
                .handler = gather,
                .access = Access::user(),
                .doc = {.operation_id = "exportMyData",
                        .summary = "All that is known of you, as a ZIP archive of JSON files; soon "
                                   "after a log-in",
                        .tag = "Accounts",
                        .errors = {forbidden, unprocessable},
                        .media_type = "application/zip"},
                .rate = RateClass::credentials});
    router.add({.method = Method::post,
                .pattern = "/users/me/erase",
                .handler = erase,
                .access = Access::user(),
                .doc = {.operation_id = "eraseMe",
                        .summary = "Erase your account for good; your orders stay without you",
                        .tag = "Accounts",
                        .success = {202},
                        .errors = {conflict, forbidden},
                        .body = &dto_info<EraseBody>,
                        .answer = &dto_info<MessageOnly>},
                .rate = RateClass::credentials,
                .takes_key = false});
    add_erase_person(router, "/users", "eraseUser");
    add_erase_person(router, "/admin/users", "eraseUserAsAdmin");
}

namespace {

using Done = Result<void>;

SignedIn signed_in(const Call& call) {
    const auto& principal = call.principal();
    return {principal.user_id, principal.session_id, principal.tenant, principal.role,
            principal.vendor};
}

Answer accepted(std::string_view message) {
    return {.status = 202, .body = write_json(MessageOnly{message})};
}

Task<Outcome> gather(Call& call) {
    using Made = Result<std::string>;
    auto archive = co_await call.wait<Made>([&](Promise<Made> promise) {
        call.services().personal_data.gather(signed_in(call), std::move(promise));
    });
    if (!archive) co_return archive.error();
    Answer answer;
    answer.body = std::move(*archive);
    answer.content_type = "application/zip";
    answer.disposition = "attachment; filename=\"" + to_text(call.principal().user_id) + ".zip\"";
    co_return answer;
}

Task<Outcome> erase(Call& call) {
    auto body = read_json<EraseBody>(call.request().body);
    if (!body) co_return body.error();
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().personal_data.erase(signed_in(call), std::move(body->password),
                                            device_of(call), std::move(promise));
    });
    if (!done) co_return done.error();
    co_return accepted("The account is erased; what is left of it elsewhere goes now");
}

Task<Outcome> erase_person(Call& call) {
    const auto id = call.path_id<UserId>("id");
    if (!id) co_return id.error();
    auto body = read_json<ReasonBody>(call.request().body);
    if (!body) co_return body.error();
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().personal_data.erase_person(managed_by(call), *id, std::move(body->reason),
                                                   std::move(promise));
    });
    if (!done) co_return done.error();
    co_return accepted("The account is erased; what is left of it elsewhere goes now");
}

}  // namespace
}  // namespace souk
