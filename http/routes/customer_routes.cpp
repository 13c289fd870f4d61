#include <string>

#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/customer_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> put_customer(Call& call);
Task<Outcome> show_customer(Call& call);

}  // namespace

void add_customer_routes(Router& router) {
    router.add(
        {.method = Method::post,
         .pattern = "/customers",
         .handler = put_customer,
         .doc = {.operation_id = "createCustomer",
                 .summary = "Tell of yourself, for advice; who has logged in writes theirs anew",
                 .tag = "Customers",
                 .success = {201},
                 .body = &dto_info<CustomerBody>,
                 .answer = &dto_info<Data<Customer>>},
         .rate = RateClass::strict});
    router.add(
        {.method = Method::get,
         .pattern = "/customers/{customerId}",
         .handler = show_customer,
         .doc = {.operation_id = "getCustomer",
                 .summary = "A customer with their orders, to themselves and to administrators",
                 .tag = "Customers",
                 .errors = {ErrorCode::forbidden},
                 .answer = &dto_info<Data<CustomerView>>}});
}

namespace {

constexpr std::size_t max_concern = 50;

bool is_administrator(const Principal& principal) {
    return !principal.vendor && principal.has_scope("admin");
}

std::optional<Error> wrong_concern(const std::vector<std::string>& concerns) {
    for (std::size_t i = 0; i < concerns.size(); ++i)
        if (concerns[i].empty() || concerns[i].size() > max_concern)
            return refuse(ErrorCode::invalid_input, "skinConcerns[" + std::to_string(i) + "]",
                          "must have 1 to 50 characters");
    return std::nullopt;
}

Task<Outcome> put_customer(Call& call) {
    auto body = read_json<CustomerBody>(call.request().body);
    if (!body) co_return body.error();
    if (const auto wrong = wrong_concern(body->skin_concerns)) co_return *wrong;
    const auto& principal = call.principal();
    Customer customer;
    customer.tenant = principal.tenant;
    if (principal.is_user()) customer.user_id = principal.user_id;
    customer.email = std::move(body->email);
    customer.first_name = std::move(body->first_name);
    customer.last_name = std::move(body->last_name);
    customer.phone = std::move(body->phone);
    customer.date_of_birth = std::move(body->date_of_birth);
    customer.skin_type = std::move(body->skin_type);
    customer.skin_concerns = std::move(body->skin_concerns);
    using Kept = Result<Customer>;
    const auto kept = co_await call.wait<Kept>([&](Promise<Kept> promise) {
        call.services().customers.put(std::move(customer), std::move(promise));
    });
    if (!kept) co_return kept.error();
    Answer answer{.status = 201, .body = write_json(Data<Customer>{*kept})};
    answer.location = std::string{api_base} + "/customers/" + to_text(kept->id);
    co_return answer;
}

// An id is no proof: it stands in orders that vendors see.
Task<Outcome> show_customer(Call& call) {
    const auto id = call.path_id<CustomerId>("customerId");
    if (!id) co_return id.error();
    const auto& principal = call.principal();
    if (principal.is_guest()) co_return refuse(ErrorCode::unauthenticated, "log in first");
    const bool sees_all = is_administrator(principal);
    if (!sees_all && !principal.is_user())
        co_return refuse(ErrorCode::forbidden, "the API key lacks the scope for this");
    const auto owner = sees_all ? std::nullopt : std::optional{principal.user_id};
    using Found = Result<CustomerView>;
    const auto view = co_await call.wait<Found>([&](Promise<Found> promise) {
        call.services().customers.show(principal.tenant, *id, owner, std::move(promise));
    });
    if (!view) co_return view.error();
    co_return Answer{.body = write_json(Data<CustomerView>{*view})};
}

}  // namespace
}  // namespace souk
