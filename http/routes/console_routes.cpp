#include <string>

#include "http/routes/console_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/console_pages_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_query.hpp"
#include "protocol/write_json.hpp"

namespace souk {

/// Kinds, and the highest actors of them.
struct ActorsAnswer {
    std::vector<KindLine> kinds;
    std::vector<ActorLine> actors;
};

template <>
struct Schema<ActorsAnswer> {
    static constexpr std::string_view name = "Actors";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("kinds", &ActorsAnswer::kinds, "All kinds."),
                        field("actors", &ActorsAnswer::actors, "The highest by the sort."));
};

namespace {

Task<Outcome> show_overview(Call& call);
Task<Outcome> list_actors(Call& call);
Task<Outcome> show_actor(Call& call);
Task<Outcome> show_supervisors(Call& call);
Task<Outcome> show_invariants(Call& call);
Task<Outcome> show_trace(Call& call);

Route console_route(std::string pattern, Handler handler, std::string_view operation_id,
                    std::string_view summary, const DtoInfo& answer,
                    const DtoInfo* query = nullptr) {
    return {.method = Method::get,
            .pattern = std::move(pattern),
            .handler = handler,
            .access = console_viewers(),
            .doc = {.operation_id = operation_id,
                    .summary = summary,
                    .tag = "Console",
                    .query = query,
                    .answer = &answer}};
}

}  // namespace

void add_console_routes(Router& router) {
    router.add(console_route("/admin/overview", show_overview, "getOverview",
                             "Rates, latencies and what the server stands on",
                             dto_info<Data<Overview>>, &dto_info<OverviewQuery>));
    router.add(console_route("/admin/actors", list_actors, "listActors",
                             "Actors by kind, and the highest of them",
                             dto_info<Data<ActorsAnswer>>, &dto_info<ActorsQuery>));
    router.add(console_route("/admin/actors/{kind}/{actorId}", show_actor, "getActor",
                             "One actor's memory beside its row, its mail and its history",
                             dto_info<Data<ActorPage>>));
    router.add(console_route("/admin/supervisors", show_supervisors, "getSupervisors",
                             "Reservations about to expire, payments to be retried, dead mails, "
                             "relays, and what supervisors did lately",
                             dto_info<Data<SupervisorPage>>));
    router.add(console_route("/admin/invariants", show_invariants, "checkInvariants",
                             "What must hold, and the rows that break it",
                             dto_info<Data<InvariantsPage>>));
    router.add(console_route("/admin/trace/{requestId}", show_trace, "traceRequest",
                             "Why was this slow? Where a request's time went",
                             dto_info<Data<TracePage>>));
}

namespace {

template <class T>
Outcome console_answer(const T& data) {
    return Answer{.body = write_json(Data<T>{data}, 4096)};
}

Task<Outcome> show_overview(Call& call) {
    const auto query = read_query<OverviewQuery>(call.request().query);
    if (!query) co_return query.error();
    auto& console = call.services().console;
    console.look();
    co_return console_answer(console.overview(query->since.value_or(TimePoint{})));
}

Task<Outcome> list_actors(Call& call) {
    const auto query = read_query<ActorsQuery>(call.request().query);
    if (!query) co_return query.error();
    auto& console = call.services().console;
    console.look();
    ActorsAnswer answer{console.kinds(), console.actors({query->kind, query->id, !may_operate(call),
                                                         query->sort, query->limit})};
    hide_secrets(call, answer.actors);
    co_return console_answer(answer);
}

Task<Outcome> show_actor(Call& call) {
    const auto kind = parse_enum<EntityKind>(call.path("kind"));
    if (!kind) co_return refuse(ErrorCode::not_found, "there is nothing at this address");
    if (*kind == EntityKind::cart && !may_operate(call))
        co_return refuse(ErrorCode::forbidden, "a cart's id is its owner's secret");
    auto& console = call.services().console;
    console.look();
    const std::string id{call.path("actorId")};
    const auto page = co_await call.wait<Result<ActorPage>>(
        [&](Promise<Result<ActorPage>> found) { console.actor(*kind, id, std::move(found)); });
    if (!page) co_return page.error();
    co_return console_answer(*page);
}

Task<Outcome> show_supervisors(Call& call) {
    auto page =
        co_await call.wait<Result<SupervisorPage>>([&](Promise<Result<SupervisorPage>> found) {
            call.services().console.supervisors(std::move(found));
        });
    if (!page) co_return page.error();
    hide_secrets(call, *page);
    co_return console_answer(*page);
}

Task<Outcome> show_invariants(Call& call) {
    const auto page =
        co_await call.wait<Result<InvariantsPage>>([&](Promise<Result<InvariantsPage>> found) {
            call.services().console.invariants(std::move(found));
        });
    if (!page) co_return page.error();
    co_return console_answer(*page);
}

Task<Outcome> show_trace(Call& call) {
    auto& console = call.services().console;
    console.look();
    const std::string request_id{call.path("requestId")};
    auto page = console.trace(request_id);
    if (!page) co_return page.error();
    hide_secrets(call, page->messages);
    co_return console_answer(*page);
}

}  // namespace
}  // namespace souk
