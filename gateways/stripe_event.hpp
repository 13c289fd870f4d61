#pragma once
// The facts of an event as Stripe sends it, of the versions from 2020-08-27 on. To be read only
// once its signature has been checked. Source: https://docs.stripe.com/api/events/types.

#include <string_view>

#include "domain/result.hpp"
#include "gateways/gateway_event.hpp"

namespace souk {

inline constexpr std::size_t max_stripe_event_bytes = 1'048'576;

/// `invalid_input` for what is no event. One of a type that we do not know is `unsupported`, not an
/// error. Never throws.
Result<GatewayEvent> read_stripe_event(std::string_view body);

/// As Stripe names it; empty for `unsupported`.
std::string_view stripe_type(GatewayEventKind kind);

}  // namespace souk
