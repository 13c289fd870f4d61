#include "http/live/access.hpp"

#include "http/routes/console_access.hpp"
#include "http/routes/order_access.hpp"

namespace souk {
namespace {

bool is_for_operators(const Topic& topic) {
    return topic.kind == TopicKind::actors || topic.kind == TopicKind::events;
}

bool follows_by_scope(const Principal& principal) {
    return may_by_scope(whole_orders_by("orders:read"), principal);
}

bool is_theirs(const Topic& topic, const TopicState& state, const LiveCaller& caller) {
    const auto& principal = caller.principal;
    if (topic.kind == TopicKind::cart)
        return !state.owner || has_ordered(principal, state.owner) || principal.is_staff();
    if (topic.kind != TopicKind::order) return true;
    if (has_ordered(principal, state.owner) || follows_by_scope(principal)) return true;
    return !state.owner && state.secret == caller.cart;
}

}  // namespace

std::optional<Error> refuse_topic(const Topic& topic, const LiveCaller& caller) {
    if (is_for_operators(topic)) return refuse_console(caller.principal);
    if (topic.kind != TopicKind::order) return std::nullopt;
    return refuse_access(whole_orders_by("orders:read"), caller.principal, caller.cart.has_value());
}

std::optional<Error> refuse_state(const Topic& topic, const TopicState& state,
                                  const LiveCaller& caller) {
    if (is_theirs(topic, state, caller)) return std::nullopt;
    return no_such_topic(topic);
}

std::optional<Error> refuse_what_was_by_scope(const Topic& topic, const Principal& before,
                                              const Principal& now) {
    if (topic.kind != TopicKind::order || !follows_by_scope(before) || follows_by_scope(now))
        return std::nullopt;
    return refuse(ErrorCode::forbidden, "your account may not follow this any longer");
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
