#include <string>

#include "http/routes/device.hpp"
#include "http/routes/routes.hpp"
#include "protocol/account_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> sign_up(Call& call);
Task<Outcome> verify_email(Call& call);
Task<Outcome> resend_verification(Call& call);
Task<Outcome> forgot_password(Call& call);
Task<Outcome> reset_password(Call& call);
Task<Outcome> show_profile(Call& call);
Task<Outcome> change_profile(Call& call);

// None takes an Idempotency-Key: the hash of a request that is kept could be guessed a password
// from. A repeat does no harm anyway.
void add_credentials_route(Router& router, std::string pattern, Handler handler, RouteDoc doc) {
    doc.tag = "Accounts";
    doc.answer = &dto_info<MessageOnly>;
    router.add({.method = Method::post,
                .pattern = std::move(pattern),
                .handler = handler,
                .doc = std::move(doc),
                .rate = RateClass::credentials,
                .takes_key = false});
}

void add_profile_route(Router& router, std::string pattern, std::string_view operation_id) {
    router.add({.method = Method::get,
                .pattern = std::move(pattern),
                .handler = show_profile,
                .access = Access::user(),
                .doc = {.operation_id = operation_id,
                        .summary = "Show your profile",
                        .tag = "Accounts",
                        .answer = &dto_info<Data<User>>,
                        .etag = true}});
}

}  // namespace

void add_account_routes(Router& router) {
    using enum ErrorCode;
    add_credentials_route(router, "/auth/register", sign_up,
                          {.operation_id = "register",
                           .summary = "Register; a mail brings the link that opens the account",
                           .success = {202},
                           .body = &dto_info<RegisterBody>});
    add_credentials_route(router, "/auth/verify-email", verify_email,
                          {.operation_id = "verifyEmail",
                           .summary = "Open an account with the token from the mail",
                           .errors = {gone},
                           .body = &dto_info<LinkTokenBody>});
    add_credentials_route(router, "/auth/resend-verification", resend_verification,
                          {.operation_id = "resendVerification",
                           .summary = "Ask for the mail that opens the account once more",
                           .success = {202},
                           .body = &dto_info<EmailBody>});
    add_credentials_route(router, "/auth/forgot-password", forgot_password,
                          {.operation_id = "forgotPassword",
                           .summary = "Ask for a mail with a link to another password",
                           .success = {202},
                           .body = &dto_info<EmailBody>});
    add_credentials_route(router, "/auth/reset-password", reset_password,
                          {.operation_id = "resetPassword",
                           .summary = "Set another password; every device is logged out",
                           .errors = {gone},
                           .body = &dto_info<ResetPasswordBody>});
    add_profile_route(router, "/auth/profile", "getProfileOfToken");
    add_profile_route(router, "/users/profile", "getProfile");
    router.add({.method = Method::put,
                .pattern = "/users/profile",
                .handler = change_profile,
                .access = Access::user(),
                .doc = {.operation_id = "changeProfile",
                        .summary = "Change your profile",
                        .tag = "Accounts",
                        .body = &dto_info<ProfileBody>,
                        .answer = &dto_info<Data<User>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
}

namespace {

using Done = Result<void>;

Answer message(int status, std::string_view text) {
    return {.status = status, .body = write_json(MessageOnly{text})};
}

Answer profile_answer(const User& user) {
    return {.body = write_json(Data<User>{user}), .etag = etag_of(user.version)};
}

Task<Outcome> sign_up(Call& call) {
    auto body = read_json<RegisterBody>(call.request().body);
    if (!body) co_return body.error();
    Registration registration{call.principal().tenant,    std::move(body->email),
                              std::move(body->password),  std::move(body->first_name),
                              std::move(body->last_name), std::move(body->phone)};
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().accounts.sign_up(std::move(registration), std::move(promise));
    });
    if (!done) co_return done.error();
    co_return message(202, "A mail is on its way: follow its link to open the account");
}

Task<Outcome> verify_email(Call& call) {
    auto body = read_json<LinkTokenBody>(call.request().body);
    if (!body) co_return body.error();
    auto device = device_of(call);
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().accounts.verify_email(std::move(body->token), std::move(device),
                                              std::move(promise));
    });
    if (!done) co_return done.error();
    co_return message(200, "The address is verified: log in");
}

Task<Outcome> resend_verification(Call& call) {
    auto body = read_json<EmailBody>(call.request().body);
    if (!body) co_return body.error();
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().accounts.resend_verification(call.principal().tenant,
                                                     std::move(body->email), std::move(promise));
    });
    if (!done) co_return done.error();
    co_return message(202, "If the address waits to be verified, a mail is on its way");
}

Task<Outcome> forgot_password(Call& call) {
    auto body = read_json<EmailBody>(call.request().body);
    if (!body) co_return body.error();
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().accounts.forgot_password(call.principal().tenant, std::move(body->email),
                                                 std::move(promise));
    });
    if (!done) co_return done.error();
    co_return message(202, "If there is an account, a mail is on its way");
}

Task<Outcome> reset_password(Call& call) {
    auto body = read_json<ResetPasswordBody>(call.request().body);
    if (!body) co_return body.error();
    auto device = device_of(call);
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().accounts.reset_password(std::move(body->token), std::move(body->password),
                                                std::move(device), std::move(promise));
    });
    if (!done) co_return done.error();
    co_return message(200, "The password is set: log in with it");
}

Task<Outcome> show_profile(Call& call) {
    using Found = Result<User>;
    const auto user = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().accounts.profile(call.principal().user(), std::move(promise));
    });
    if (!user) co_return user.error();
    co_return profile_answer(*user);
}

Task<Outcome> change_profile(Call& call) {
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    auto body = read_json<ProfileBody>(call.request().body);
    if (!body) co_return body.error();
    ProfileChange change{std::move(body->first_name), std::move(body->last_name),
                         std::move(body->phone), *expected};
    using Found = Result<User>;
    const auto user = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().accounts.change_profile(call.principal().user(), std::move(change),
                                                std::move(promise));
    });
    if (!user) co_return user.error();
    co_return profile_answer(*user);
}

}  // namespace
}  // namespace souk
