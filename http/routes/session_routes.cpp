#include <string>

#include "http/routes/cart_at_log_in.hpp"
#include "http/routes/device.hpp"
#include "http/routes/routes.hpp"
#include "protocol/account_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/token_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> log_in(Call& call);
Task<Outcome> refresh(Call& call);
Task<Outcome> log_out(Call& call);
Task<Outcome> list_sessions(Call& call);
Task<Outcome> end_session(Call& call);
Task<Outcome> show_keys(Call& call);

}  // namespace

// None takes an Idempotency-Key: an answer that is kept would keep its tokens, and the hash of a
// request that is kept could be guessed a password from.
void add_session_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::post,
                .pattern = "/auth/login",
                .handler = log_in,
                .doc = {.operation_id = "logIn",
                        .summary = "Log in with address and password",
                        .tag = "Accounts",
                        .errors = {forbidden},
                        .body = &dto_info<LogInBody>,
                        .answer = &dto_info<Data<LoggedIn>>,
                        .request_headers = {"X-Cart-Id"}},
                .rate = RateClass::credentials,
                .takes_key = false});
    router.add({.method = Method::post,
                .pattern = "/auth/refresh",
                .handler = refresh,
                .doc = {.operation_id = "refreshTokens",
                        .summary = "Exchange a refresh token for new tokens, once",
                        .tag = "Accounts",
                        .errors = {conflict},
                        .body = &dto_info<RefreshBody>,
                        .answer = &dto_info<Data<LoggedIn>>},
                .rate = RateClass::credentials,
                .takes_key = false});
    router.add({.method = Method::post,
                .pattern = "/auth/logout",
                .handler = log_out,
                .doc = {.operation_id = "logOut",
                        .summary = "End a session",
                        .tag = "Accounts",
                        .success = {204},
                        .body = &dto_info<LogOutBody>},
                .takes_key = false});
    router.add({.method = Method::get,
                .pattern = "/auth/sessions",
                .handler = list_sessions,
                .access = Access::user(),
                .doc = {.operation_id = "listSessions",
                        .summary = "Your devices that are logged in",
                        .tag = "Accounts",
                        .answer = &dto_info<Data<std::vector<SessionView>>>}});
    router.add({.method = Method::del,
                .pattern = "/auth/sessions/{id}",
                .handler = end_session,
                .access = Access::user(),
                .doc = {.operation_id = "endSession",
                        .summary = "Log one of your devices out",
                        .tag = "Accounts",
                        .success = {204}}});
    router.add({.method = Method::get,
                .pattern = "/.well-known/jwks.json",
                .handler = show_keys,
                .doc = {.operation_id = "getKeys",
                        .summary = "Public keys to check access tokens with (RFC 7517)",
                        .tag = "Accounts",
                        .answer = &dto_info<JsonWebKeySet>},
                .mount = Mount::root});
}

namespace {

Answer tokens_answer(const LoggedIn& tokens) {
    return {.body = write_json(Data<LoggedIn>{tokens})};
}

Task<Outcome> log_in(Call& call) {
    auto body = read_json<LogInBody>(call.request().body);
    if (!body) co_return body.error();
    Credentials credentials{call.principal().tenant, std::move(body->email),
                            std::move(body->password)};
    auto device = device_of(call);
    using Found = Result<LoggedIn>;
    auto tokens = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().accounts.log_in(std::move(credentials), std::move(device),
                                        std::move(promise));
    });
    if (!tokens) co_return tokens.error();
    co_await take_guest_cart(call, body->cart_id, *tokens);
    co_return tokens_answer(*tokens);
}

Task<Outcome> refresh(Call& call) {
    auto body = read_json<RefreshBody>(call.request().body);
    if (!body) co_return body.error();
    auto device = device_of(call);
    using Found = Result<LoggedIn>;
    const auto tokens = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().accounts.refresh(std::move(body->refresh_token), std::move(device),
                                         std::move(promise));
    });
    if (!tokens) co_return tokens.error();
    co_return tokens_answer(*tokens);
}

Task<Outcome> log_out(Call& call) {
    auto body = read_json<LogOutBody>(call.request().body);
    if (!body) co_return body.error();
    const auto& principal = call.principal();
    if (!body->refresh_token && !principal.is_user())
        co_return refuse(ErrorCode::unauthenticated, "refreshToken",
                         "is required without an access token");
    auto device = device_of(call);
    using Done = Result<void>;
    const auto ended = co_await call.wait<Done>([&](Promise<Done> promise) {
        auto& accounts = call.services().accounts;
        if (body->refresh_token)
            accounts.log_out(std::move(*body->refresh_token), std::move(device),
                             std::move(promise));
        else
            accounts.end_session(principal.user(), principal.session_id, std::move(device),
                                 std::move(promise));
    });
    if (!ended && ended.error().code != ErrorCode::not_found) co_return ended.error();
    co_return Answer{.status = 204};
}

Task<Outcome> list_sessions(Call& call) {
    const auto& principal = call.principal();
    using Found = Result<std::vector<Session>>;
    auto found = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().accounts.sessions(principal.user(), std::move(promise));
    });
    if (!found) co_return found.error();
    Data<std::vector<SessionView>> list;
    for (auto& session : *found) {
        const bool current = session.id == principal.session_id;
        list.data.push_back({std::move(session), current});
    }
    co_return Answer{.body = write_json(list)};
}

Task<Outcome> end_session(Call& call) {
    const auto id = call.path_id<SessionId>("id");
    if (!id) co_return id.error();
    auto device = device_of(call);
    using Done = Result<void>;
    const auto ended = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().accounts.end_session(call.principal().user(), *id, std::move(device),
                                             std::move(promise));
    });
    if (!ended) co_return ended.error();
    co_return Answer{.status = 204};
}

Task<Outcome> show_keys(Call& call) {
    co_return Answer{.body = call.services().accounts.public_keys(),
                     .cache_control = "public, max-age=300"};
}

}  // namespace
}  // namespace souk
