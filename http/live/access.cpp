#include "http/live/access.hpp"

#include "http/routes/console_access.hpp"
#include "http/routes/order_access.hpp"

namespace souk {
namespace {

bool is_for_operators(const Topic& topic) {
    return topic.kind == TopicKind::actors || topic.kind == TopicKind::events;
}

}  // namespace

std::optional<Error> refuse_topic(const Topic& topic, const LiveCaller& caller) {
    if (is_for_operators(topic)) return refuse_console(caller.principal);
    if (topic.kind != TopicKind::order) return std::nullopt;
    return refuse_access(whole_orders_by("orders:read"), caller.principal, caller.cart.has_value());
}

std::optional<Error> refuse_state(const Topic& topic, const TopicState& state,
                                  const LiveCaller& caller) {
    const bool is_theirs = topic.kind != TopicKind::order || !caller.principal.is_buyer() ||
                           state.secret == caller.cart;
    if (is_theirs) return std::nullopt;
    return no_such_topic(topic);
}

Error no_such_topic(const Topic& topic) {
    switch (topic.kind) {
        case TopicKind::stock:
            return refuse(ErrorCode::not_found, "no such variant");
        case TopicKind::product:
            return refuse(ErrorCode::not_found, "no such product");
        case TopicKind::cart:
            return refuse(ErrorCode::not_found, "no such cart");
        case TopicKind::order:
            return refuse(ErrorCode::not_found, "no such order");
        case TopicKind::actors:
        case TopicKind::events:
            break;
    }
    return refuse(ErrorCode::not_found, "no such topic");
}

}  // namespace souk
