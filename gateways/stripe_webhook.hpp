#pragma once
// Whether an event was sent by Stripe, lately, and unchanged. Reads no clock and no JSON.
// Source: https://docs.stripe.com/webhooks/signature.

#include <string>
#include <string_view>
#include <vector>

#include "domain/time.hpp"

namespace souk {

inline constexpr Duration stripe_signature_tolerance = std::chrono::seconds{300};

enum class SignatureCheck {
    valid,
    malformed,  // no header, or none that can be read
    mismatch,   // none of the signatures is by any of our secrets
    too_old,    // genuine, but perhaps played back
    too_new,    // genuine, but of a time that has not come: a clock is wrong
};

/// 64 lower-case hex digits: HMAC-SHA256 of "timestamp.body". `timestamp` in Unix seconds.
std::string stripe_signature(std::string_view secret, std::int64_t timestamp,
                             std::string_view body);

/// `header` is Stripe-Signature, "t=1492774577,v1=5257a8…,v0=…": any v1 may match, other schemes
/// are passed over. `body` is raw, as it came. Several secrets are held while one is being
/// replaced; blank ones never match.
SignatureCheck check_stripe_signature(std::string_view header, std::string_view body,
                                      const std::vector<std::string>& secrets, TimePoint now,
                                      Duration tolerance = stripe_signature_tolerance);

}  // namespace souk
