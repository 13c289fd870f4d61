#pragma once
// Who may follow which topic: the same rules as REST's, for what needs more than to know the id.

#include <optional>

#include "http/live/feed.hpp"
#include "http/principal.hpp"

namespace souk {

/// Who asks, and the cart they name to show that an order is theirs.
struct LiveCaller {
    Principal principal;
    std::optional<CartId> cart;
};

/// Before anything is read: `unauthenticated` or `forbidden`, whether there is such a thing or not.
std::optional<Error> refuse_topic(const Topic& topic, const LiveCaller& caller);

/// Once it is read: what is not theirs is not found.
std::optional<Error> refuse_state(const Topic& topic, const TopicState& state,
                                  const LiveCaller& caller);

/// What somebody follows as an operator ends when they are none any more.
std::optional<Error> refuse_what_was_by_scope(const Topic& topic, const Principal& before,
                                              const Principal& now);

Error no_such_topic(const Topic& topic);

}  // namespace souk
