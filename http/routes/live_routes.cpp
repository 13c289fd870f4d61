#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

#include "http/authentication.hpp"
#include "http/live/opening.hpp"
#include "http/live/topic_reads.hpp"
#include "http/network.hpp"
#include "http/routes/order_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_query.hpp"

namespace souk {
namespace {

Task<Outcome> open_websocket(Call& call);
Task<Outcome> follow_stock(Call& call);
Task<Outcome> follow_product(Call& call);
Task<Outcome> follow_cart(Call& call);
Task<Outcome> follow_order(Call& call);

/// What an EventSource cannot say in headers.
struct OrderEventsQuery {
    std::optional<CartId> cart_id;
};

void add_events(Router& router, std::string pattern, Handler handler, Access access, RouteDoc doc) {
    doc.tag = "Live";
    doc.media_type = "text/event-stream";
    doc.request_headers.push_back("Last-Event-ID");
    router.add({.method = Method::get,
                .pattern = std::move(pattern),
                .handler = handler,
                .access = std::move(access),
                .doc = std::move(doc),
                .mount = Mount::both});
}

}  // namespace

template <>
struct Schema<OrderEventsQuery> {
    static constexpr std::string_view name = "OrderEventsQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("cartId", &OrderEventsQuery::cart_id,
                              "The cart that became the order, for who cannot send X-Cart-Id."));
};

void add_live_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/ws",
                .handler = open_websocket,
                .access = Access::everyone(),
                .doc = {.operation_id = "openWebSocket",
                        .summary = "Follow stock, products, carts and orders, and as an operator "
                                   "actors and events, over a WebSocket; docs/live.md has its "
                                   "messages",
                        .tag = "Live",
                        .success = {101},
                        .errors = {forbidden}},
                .mount = Mount::both});
    add_events(router, "/events/stock/{variantId}", follow_stock, Access::everyone(),
               {.operation_id = "followStock",
                .summary = "How many units of a variant can be bought, as it changes"});
    add_events(router, "/events/products/{id}", follow_product, Access::everyone(),
               {.operation_id = "followProduct", .summary = "A product, as it changes"});
    add_events(router, "/events/cart/{cartId}", follow_cart, Access::owner(),
               {.operation_id = "followCart", .summary = "A cart, as it changes"});
    add_events(router, "/events/orders/{id}", follow_order, whole_orders_by("orders:read"),
               {.operation_id = "followOrder",
                .summary = "An order, as it changes",
                .errors = {forbidden},
                .query = &dto_info<OrderEventsQuery>,
                .request_headers = {"X-Cart-Id"}});
}

namespace {

std::string lower_case(std::string_view text) {
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// Is the token among those of a header like "keep-alive, Upgrade"?
bool has_token(std::string_view header, std::string_view token) {
    const auto list = lower_case(header);
    std::string_view rest = list;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        auto one = rest.substr(0, comma);
        one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
        one = one.substr(0, one.find_last_not_of(" \t") + 1);
        if (one == token) return true;
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return false;
}

bool is_websocket_handshake(const Request& request) {
    constexpr std::size_t key_length = 24;  // sixteen bytes in base64
    return request.method == Method::get && has_token(request.header("connection"), "upgrade") &&
           has_token(request.header("upgrade"), "websocket") &&
           request.header("sec-websocket-version") == "13" &&
           request.header("sec-websocket-key").size() == key_length;
}

/// A browser says whose page asks; other programs do not. Pages of ours have our own host.
bool is_welcome(const Call& call) {
    const auto& request = call.request();
    if (!request.has_header("origin")) return true;
    const auto origin = request.header("origin");
    const auto scheme = origin.find("://");
    if (scheme != origin.npos && origin.substr(scheme + 3) == request.header("host")) return true;
    return std::ranges::any_of(call.services().settings.cors_origins,
                               [&](const std::string& one) { return one == "*" || one == origin; });
}

/// A person's connection ends with the access token that opened it.
KeyCheck token_check_of(const Call& call, std::string token) {
    return [&accounts = call.services().accounts, token = std::move(token),
            per_minute = call.services().settings.user_requests_per_minute,
            thread = std::weak_ptr(call.executor())](auto checked) {
        using Found = Result<SignedIn>;
        const auto answer = [checked, per_minute, executor = thread.lock()](const Found& found) {
            if (!executor) return;
            Result<Principal> now = found ? Result<Principal>{principal_of(*found, per_minute)}
                                          : Result<Principal>{found.error()};
            executor->post([checked, now = std::move(now)] { checked(now); });
        };
        accounts.authenticate(token, Promise<Found>(answer));
    };
}

/// The way the request itself was authenticated.
KeyCheck key_check_of(const Call& call) {
    if (auto token = presented_token(call.request()))
        return token_check_of(call, std::move(*token));
    const auto presented = presented_key(call.request());
    if (call.principal().is_guest() || !presented) return {};
    return [&keys = call.services().api_keys, tenant = call.tenant(), presented = *presented,
            thread = std::weak_ptr(call.executor())](auto checked) {
        using Found = Result<std::shared_ptr<const ApiKey>>;
        const auto answer = [checked, presented, executor = thread.lock()](const Found& found) {
            if (executor)
                executor->post([checked, now = principal_of(presented, found)] { checked(now); });
        };
        keys.find({tenant, presented.id}, Promise<Found>(answer));
    };
}

LiveOpening opening_of(const Call& call, LiveHub::Ticket ticket) {
    return {.ticket = std::move(ticket),
            .caller = {call.principal(), parse_id<CartId>(call.request().header("x-cart-id"))},
            .request_id = call.request_id(),
            .key_check = key_check_of(call)};
}

/// Per topic, as a request of its own would be, from a count of topics alone.
TopicCharge charge_of(const Call& call) {
    const auto& principal = call.principal();
    const auto per_minute = principal.is_guest() ? call.services().settings.topics_per_minute
                                                 : principal.requests_per_minute;
    if (per_minute == 0) return {};
    return [&limits = call.services().rate_limits, bucket = "topics:" + call.budget(), per_minute,
            thread = std::weak_ptr(call.executor())](auto charged) {
        const auto decided = [charged, executor = thread.lock()](Result<RateDecision> decision) {
            std::optional<Error> refusal;  // better unlimited than closed
            if (decision && !decision->allowed) refusal = too_many(*decision, "topics");
            if (executor) executor->post([charged, refusal] { charged(refusal); });
        };
        limits.take(bucket, per_minute, Promise<Result<RateDecision>>(decided));
    };
}

Task<Outcome> open_websocket(Call& call) {
    if (!is_welcome(call))
        co_return refuse(ErrorCode::forbidden, "pages of this origin may not connect");
    if (!is_websocket_handshake(call.request()))
        co_return refuse(ErrorCode::invalid_input, "this address speaks WebSocket, version 13");
    auto ticket = call.services().live.admit(network_of(call.request().remote_address));
    if (!ticket) co_return ticket.error();
    auto opening = std::make_shared<LiveOpening>(opening_of(call, std::move(*ticket)));
    opening->charge = charge_of(call);
    call.go_live(std::move(opening));
    co_return Answer{.status = 101};
}

/// The version a client has, as the id of the last event it got.
Result<std::optional<Version>> last_event(const Request& request) {
    const auto text = request.header("last-event-id");
    if (text.empty()) return std::optional<Version>{};
    Version version{};
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, version);
    if (failure == std::errc{} && stop == end && version >= 0)
        return std::optional<Version>{version};
    return refuse(ErrorCode::invalid_input, "Last-Event-ID", "must be the id of an event");
}

Task<Outcome> follow(Call& call, Topic topic, std::optional<CartId> cart) {
    const auto has = last_event(call.request());
    if (!has) co_return has.error();
    LiveOpening opening = opening_of(call, nullptr);
    if (cart) opening.caller.cart = cart;
    if (const auto refused = refuse_topic(topic, opening.caller)) co_return *refused;
    const auto state = co_await read_topic(call, topic);
    if (!state) co_return state.error();
    if (const auto refused = refuse_state(topic, *state, opening.caller)) co_return *refused;
    Answer answer{.content_type = "text/event-stream; charset=utf-8", .streamed = true};
    if (call.request().method == Method::head) co_return answer;
    auto ticket = call.services().live.admit(network_of(call.request().remote_address));
    if (!ticket) co_return ticket.error();
    opening.ticket = std::move(*ticket);
    opening.topic = topic;
    opening.has = *has;
    call.go_live(std::make_shared<LiveOpening>(std::move(opening)));
    co_return answer;
}

template <class IdType>
Task<Outcome> follow(Call& call, TopicKind kind, std::string_view name,
                     std::optional<CartId> cart = std::nullopt) {
    const auto id = call.path_id<IdType>(name);
    if (!id) co_return id.error();
    co_return co_await follow(call, Topic{kind, id->uuid, call.tenant()}, cart);
}

Task<Outcome> follow_stock(Call& call) {
    return follow<VariantId>(call, TopicKind::stock, "variantId");
}
Task<Outcome> follow_product(Call& call) {
    return follow<ProductId>(call, TopicKind::product, "id");
}
Task<Outcome> follow_cart(Call& call) { return follow<CartId>(call, TopicKind::cart, "cartId"); }

Task<Outcome> follow_order(Call& call) {
    const auto query = read_query<OrderEventsQuery>(call.request().query);
    if (!query) co_return query.error();
    co_return co_await follow<OrderId>(call, TopicKind::order, "id", query->cart_id);
}

}  // namespace
}  // namespace souk
