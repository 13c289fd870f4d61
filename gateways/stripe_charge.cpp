#include "gateways/stripe_charge.hpp"

#include <algorithm>

namespace souk {

Amount captured_of_charge(JsonValue charge) {
    return amount_at(charge, {"amount_captured"}).value_or(0);
}

Amount refunded_of_charge(JsonValue charge) {
    const auto refunded = amount_at(charge, {"amount_refunded"}).value_or(0);
    const auto captured = amount_at(charge, {"amount_captured"});
    if (!captured) return refunded;
    const auto never_taken = amount_at(charge, {"amount"}).value_or(*captured) - *captured;
    return std::max<Amount>(refunded - std::max<Amount>(never_taken, 0), 0);
}

}  // namespace souk
