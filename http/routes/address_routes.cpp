#include <string>
#include <vector>

#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/address_book_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> list_addresses(Call& call);
Task<Outcome> add_address(Call& call);
Task<Outcome> change_address(Call& call);
Task<Outcome> drop_address(Call& call);

}  // namespace

void add_address_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/users/addresses",
                .handler = list_addresses,
                .access = Access::user(),
                .doc = {.operation_id = "listAddresses",
                        .summary = "Your address book, the oldest first",
                        .tag = "Accounts",
                        .answer = &dto_info<Data<std::vector<SavedAddressView>>>}});
    router.add({.method = Method::post,
                .pattern = "/users/addresses",
                .handler = add_address,
                .access = Access::user(),
                .doc = {.operation_id = "addAddress",
                        .summary = "Keep an address, up to fifty of them",
                        .tag = "Accounts",
                        .success = {201},
                        .errors = {conflict},
                        .body = &dto_info<SavedAddressBody>,
                        .answer = &dto_info<Data<SavedAddressView>>,
                        .etag = true}});
    router.add({.method = Method::put,
                .pattern = "/users/addresses/{id}",
                .handler = change_address,
                .access = Access::user(),
                .doc = {.operation_id = "changeAddress",
                        .summary = "Write one of your addresses anew",
                        .tag = "Accounts",
                        .body = &dto_info<SavedAddressBody>,
                        .answer = &dto_info<Data<SavedAddressView>>,
                        .request_headers = {"If-Match"},
                        .etag = true}});
    router.add({.method = Method::del,
                .pattern = "/users/addresses/{id}",
                .handler = drop_address,
                .access = Access::user(),
                .doc = {.operation_id = "dropAddress",
                        .summary = "Forget one of your addresses",
                        .tag = "Accounts",
                        .success = {204},
                        .request_headers = {"If-Match"}}});
}

namespace {

using Saved = Result<SavedAddress>;

AddressChange change_of(const SavedAddressBody& body, std::optional<Version> expected) {
    return {body.type, body.is_default, body, expected};
}

Answer address_answer(const SavedAddress& saved, int status) {
    Answer answer{.status = status, .body = write_json(Data<SavedAddressView>{view_of(saved)})};
    answer.etag = etag_of(saved.version);
    if (status == 201)
        answer.location = std::string{api_base} + "/users/addresses/" + to_text(saved.id);
    return answer;
}

Task<Outcome> list_addresses(Call& call) {
    using Found = Result<AddressBook>;
    const auto book = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().addresses.list(call.principal().user(), std::move(promise));
    });
    if (!book) co_return book.error();
    Data<std::vector<SavedAddressView>> list;
    for (const auto& saved : *book) list.data.push_back(view_of(saved));
    co_return Answer{.body = write_json(list)};
}

Task<Outcome> add_address(Call& call) {
    const auto body = read_json<SavedAddressBody>(call.request().body);
    if (!body) co_return body.error();
    auto change = change_of(*body, std::nullopt);
    const auto saved = co_await call.wait<Saved>([&](Promise<Saved> promise) {
        call.services().addresses.add(call.principal().user(), std::move(change),
                                      std::move(promise));
    });
    if (!saved) co_return saved.error();
    co_return address_answer(*saved, 201);
}

Task<Outcome> change_address(Call& call) {
    const auto id = call.path_id<AddressId>("id");
    if (!id) co_return id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<SavedAddressBody>(call.request().body);
    if (!body) co_return body.error();
    auto change = change_of(*body, *expected);
    const auto saved = co_await call.wait<Saved>([&](Promise<Saved> promise) {
        call.services().addresses.change(call.principal().user(), *id, std::move(change),
                                         std::move(promise));
    });
    if (!saved) co_return saved.error();
    co_return address_answer(*saved, 200);
}

Task<Outcome> drop_address(Call& call) {
    const auto id = call.path_id<AddressId>("id");
    if (!id) co_return id.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    using Done = Result<void>;
    const auto done = co_await call.wait<Done>([&](Promise<Done> promise) {
        call.services().addresses.drop(call.principal().user(), *id, *expected, std::move(promise));
    });
    if (!done) co_return done.error();
    co_return Answer{.status = 204};
}

}  // namespace
}  // namespace souk
