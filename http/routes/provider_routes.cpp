#include <string>

#include "http/cookie.hpp"
#include "http/routes/cart_at_log_in.hpp"
#include "http/routes/device.hpp"
#include "http/routes/routes.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/provider_json.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> begin(Call& call);
Task<Outcome> come_back(Call& call);
Task<Outcome> redeem(Call& call);
Task<Outcome> log_in_with_google(Call& call);

}  // namespace

// None takes an Idempotency-Key, as none of session_routes.cpp does.
void add_provider_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/auth/oauth/{provider}",
                .handler = begin,
                .doc = {.operation_id = "beginProviderLogIn",
                        .summary = "Send the browser to an OpenID provider to log in",
                        .tag = "Accounts",
                        .success = {302}},
                .rate = RateClass::credentials});
    router.add({.method = Method::get,
                .pattern = "/auth/oauth/{provider}/callback",
                .handler = come_back,
                .doc = {.operation_id = "endProviderLogIn",
                        .summary = "Where the provider sends the browser back to; leads to the "
                                   "site, with a code after its #",
                        .tag = "Accounts",
                        .success = {302},
                        .errors = {forbidden, conflict},
                        .query = &dto_info<CallbackQuery>},
                .rate = RateClass::credentials});
    router.add({.method = Method::post,
                .pattern = "/auth/oauth/redeem",
                .handler = redeem,
                .doc = {.operation_id = "redeemProviderLogIn",
                        .summary = "Exchange the code from the site's address for tokens, once",
                        .tag = "Accounts",
                        .errors = {forbidden},
                        .body = &dto_info<RedeemBody>,
                        .answer = &dto_info<Data<LoggedIn>>,
                        .request_headers = {"X-Cart-Id"}},
                .rate = RateClass::credentials,
                .takes_key = false});
    router.add({.method = Method::post,
                .pattern = "/auth/google",
                .handler = log_in_with_google,
                .doc = {.operation_id = "logInWithGoogle",
                        .summary = "Log in with an id token of the provider called google",
                        .tag = "Accounts",
                        .errors = {forbidden, not_found, conflict},
                        .body = &dto_info<IdTokenBody>,
                        .answer = &dto_info<Data<LoggedIn>>,
                        .request_headers = {"X-Cart-Id"}},
                .rate = RateClass::credentials,
                .takes_key = false});
}

namespace {

constexpr std::string_view cookie_name = "souk_log_in";
constexpr std::chrono::minutes cookie_lifetime{15};  // what is in it ends by itself
constexpr std::size_t max_parameter = 2'048;

using Step = Result<BrowserStep>;
using Tokens = Result<LoggedIn>;

std::string cookie_text(const Call& call, std::string_view value, Duration lifetime) {
    return set_cookie_text({cookie_name, value, lifetime, call.services().settings.secure_cookies});
}

/// Providers know one site and believe one set of apps, which are the default marketplace's: an id
/// token that another marketplace was given must open nothing here.
std::optional<Error> refuse_other_tenants(const Call& call) {
    if (call.tenant() == default_tenant) return std::nullopt;
    return refuse(ErrorCode::not_found, "this marketplace has no such provider");
}

Task<Outcome> begin(Call& call) {
    if (auto refused = refuse_other_tenants(call)) co_return *refused;
    std::string provider{call.path("provider")};
    auto step = co_await call.wait<Step>([&](Promise<Step> promise) {
        call.services().provider_log_ins.begin(call.principal().tenant, std::move(provider),
                                               std::move(promise));
    });
    if (!step) co_return step.error();
    co_return Answer{.status = 302,
                     .location = std::move(step->location),
                     .content_type = {},
                     .set_cookie = cookie_text(call, step->cookie, cookie_lifetime)};
}

/// Providers send more than they are asked for; what is too long is none of ours.
std::string parameter(const Call& call, std::string_view name) {
    for (const auto& [given, value] : call.request().query)
        if (given == name && value.size() <= max_parameter) return value;
    return {};
}

Task<Outcome> come_back(Call& call) {
    if (auto refused = refuse_other_tenants(call)) co_return *refused;
    ProviderReturn back{.provider = std::string{call.path("provider")},
                        .cookie = std::string{cookie_of(call.request(), cookie_name)},
                        .state = parameter(call, "state"),
                        .code = parameter(call, "code"),
                        .issuer = parameter(call, "iss")};
    auto device = device_of(call);
    auto step = co_await call.wait<Step>([&](Promise<Step> promise) {
        call.services().provider_log_ins.come_back(std::move(back), std::move(device),
                                                   std::move(promise));
    });
    if (!step) co_return step.error();
    co_return Answer{.status = 302, .location = std::move(step->location), .content_type = {}};
}

Answer tokens_answer(const LoggedIn& tokens) {
    return {.body = write_json(Data<LoggedIn>{tokens})};
}

Task<Outcome> redeem(Call& call) {
    if (auto refused = refuse_other_tenants(call)) co_return *refused;
    auto body = read_json<RedeemBody>(call.request().body);
    if (!body) co_return body.error();
    std::string cookie{cookie_of(call.request(), cookie_name)};
    auto device = device_of(call);
    auto tokens = co_await call.wait<Tokens>([&](Promise<Tokens> promise) {
        call.services().provider_log_ins.redeem(std::move(body->code), std::move(cookie),
                                                std::move(device), std::move(promise));
    });
    if (!tokens) co_return tokens.error();
    co_await take_guest_cart(call, body->cart_id, *tokens);
    auto answer = tokens_answer(*tokens);
    answer.set_cookie = cookie_text(call, {}, {});
    co_return answer;
}

Task<Outcome> log_in_with_google(Call& call) {
    if (auto refused = refuse_other_tenants(call)) co_return *refused;
    auto body = read_json<IdTokenBody>(call.request().body);
    if (!body) co_return body.error();
    IdTokenLogIn wish{call.principal().tenant, "google", std::move(body->id_token)};
    auto device = device_of(call);
    auto tokens = co_await call.wait<Tokens>([&](Promise<Tokens> promise) {
        call.services().provider_log_ins.log_in(std::move(wish), std::move(device),
                                                std::move(promise));
    });
    if (!tokens) co_return tokens.error();
    co_await take_guest_cart(call, body->cart_id, *tokens);
    co_return tokens_answer(*tokens);
}

}  // namespace
}  // namespace souk
