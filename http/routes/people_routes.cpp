#include <string>
#include <vector>

#include "http/routes/lookups.hpp"
#include "http/routes/people_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/people_json.hpp"
#include "protocol/read_json.hpp"
#include "protocol/read_query.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_people(Call& call);
Task<Outcome> show_person(Call& call);
Task<Outcome> change_person(Call& call);
Task<Outcome> close_person(Call& call);
Task<Outcome> suspend_person(Call& call);
Task<Outcome> ban_person(Call& call);
Task<Outcome> reinstate_person(Call& call);

/// Each has two addresses, /users and /admin/users; the operation's id says which.
struct Home {
    std::string_view path;
    std::string_view list;
    std::string_view show;
    std::string_view change;
    std::string_view close;
    std::string_view suspend;
    std::string_view ban;
    std::string_view reinstate;
};

void add_move(Router& router, const Home& home, std::string_view verb, Handler handler,
              std::string_view operation_id, std::string_view summary) {
    router.add({.method = Method::post,
                .pattern = std::string{home.path} + "/{id}/" + std::string{verb},
                .handler = handler,
                .access = administrators,
                .doc = {.operation_id = operation_id,
                        .summary = summary,
                        .tag = "People",
                        .errors = {ErrorCode::conflict},
                        .body = &dto_info<ReasonBody>,
                        .answer = &dto_info<Data<User>>,
                        .etag = true}});
}

void add_home(Router& router, const Home& home) {
    using enum ErrorCode;
    const std::string all{home.path};
    const auto one = all + "/{id}";
    router.add({.method = Method::get,
                .pattern = all,
                .handler = list_people,
                .access = administrators,
                .doc = {.operation_id = home.list,
                        .summary = "People, newest first",
                        .tag = "People",
                        .query = &dto_info<PeopleParameters>,
                        .answer = &dto_info<CursorPage<User>>}});
    router.add({.method = Method::get,
                .pattern = one,
                .handler = show_person,
                .access = administrators,
                .doc = {.operation_id = home.show,
                        .summary = "Somebody",
                        .tag = "People",
                        .answer = &dto_info<Data<User>>,
                        .etag = true}});
    router.add({.method = Method::put,
                .pattern = one,
                .handler = change_person,
                .access = administrators,
                .doc = {.operation_id = home.change,
                        .summary = "Change somebody's names, role or vendor; administrators are "
                                   "a super admin's to change",
                        .tag = "People",
                        .errors = {conflict, unprocessable},
                        .body = &dto_info<PersonBody>,
                        .answer = &dto_info<Data<User>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = one,
                .handler = close_person,
                .access = administrators,
                .doc = {.operation_id = home.close,
                        .summary = "Close somebody's account; it stays, and may be reinstated",
                        .tag = "People",
                        .success = {204},
                        .errors = {conflict}}});
    add_move(router, home, "suspend", suspend_person, home.suspend,
             "Suspend an account: its sessions end at once");
    add_move(router, home, "ban", ban_person, home.ban, "Ban an account: its sessions end at once");
    add_move(router, home, "reinstate", reinstate_person, home.reinstate,
             "Open a suspended, banned or closed account again");
}

}  // namespace

void add_people_routes(Router& router) {
    add_home(router, {"/users", "listUsers", "getUser", "changeUser", "closeUser", "suspendUser",
                      "banUser", "reinstateUser"});
    add_home(router,
             {"/admin/users", "listUsersAsAdmin", "getUserAsAdmin", "changeUserAsAdmin",
              "closeUserAsAdmin", "suspendUserAsAdmin", "banUserAsAdmin", "reinstateUserAsAdmin"});
}

namespace {

using Found = Result<User>;

Answer user_answer(const User& user) {
    return {.body = write_json(Data<User>{user}), .etag = etag_of(user.version)};
}

Task<Outcome> list_people(Call& call) {
    auto read = read_query<PeopleParameters>(call.request().query);
    if (!read) co_return read.error();
    PeopleQuery query{call.principal().tenant,
                      {read->page, read->limit, std::move(read->cursor)},
                      std::move(read->email),
                      read->role ? std::optional{read->role->role} : std::nullopt,
                      read->status};
    using Page = Result<PeoplePage>;
    auto page = co_await call.wait<Page>([&](Promise<Page> promise) {
        call.services().people.list(std::move(query), std::move(promise));
    });
    if (!page) co_return page.error();
    const CursorPagination pagination{{read->page, read->limit, page->total},
                                      std::move(page->next_cursor)};
    co_return Answer{.body = write_json(CursorPage<User>{std::move(page->rows), pagination}, 4096)};
}

Task<Outcome> show_person(Call& call) {
    const auto id = call.path_id<UserId>("id");
    if (!id) co_return id.error();
    const auto user = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().people.show(call.principal().tenant, *id, std::move(promise));
    });
    if (!user) co_return user.error();
    co_return user_answer(*user);
}

Task<Outcome> change_person(Call& call) {
    const auto id = call.path_id<UserId>("id");
    if (!id) co_return id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    auto body = read_json<PersonBody>(call.request().body);
    if (!body) co_return body.error();
    PersonChange change{{std::move(body->first_name), std::move(body->last_name),
                         std::move(body->phone), *expected},
                        body->role ? std::optional{body->role->role} : std::nullopt,
                        body->vendor_id};
    auto by = managed_by(call);
    const auto user = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().people.change(std::move(by), *id, std::move(change), std::move(promise));
    });
    if (!user) co_return user.error();
    co_return user_answer(*user);
}

Task<Found> move_person(Call& call, AccountMove move, std::string reason) {
    const auto id = call.path_id<UserId>("id");
    if (!id) co_return id.error();
    auto by = managed_by(call);
    co_return co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().people.move(std::move(by), *id, move, std::move(reason),
                                    std::move(promise));
    });
}

Task<Outcome> move_with_reason(Call& call, AccountMove move) {
    auto body = read_json<ReasonBody>(call.request().body);
    if (!body) co_return body.error();
    const auto user = co_await move_person(call, move, std::move(body->reason));
    if (!user) co_return user.error();
    co_return user_answer(*user);
}

Task<Outcome> close_person(Call& call) {
    std::string no_reason;
    const auto user = co_await move_person(call, AccountMove::close, std::move(no_reason));
    if (!user) co_return user.error();
    co_return Answer{.status = 204};
}

Task<Outcome> suspend_person(Call& call) { return move_with_reason(call, AccountMove::suspend); }
Task<Outcome> ban_person(Call& call) { return move_with_reason(call, AccountMove::ban); }
Task<Outcome> reinstate_person(Call& call) {
    return move_with_reason(call, AccountMove::reinstate);
}

}  // namespace
}  // namespace souk
