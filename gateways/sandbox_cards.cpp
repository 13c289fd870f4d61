#include "gateways/sandbox_cards.hpp"

#include <algorithm>

namespace souk {
namespace {

using enum GatewayStatus;
using enum SandboxTrouble;
using Step = GatewayStep;

constexpr SandboxCard declining(std::string_view token, std::string_view reason) {
    return {.token = token, .authorize = declined, .reason = reason};
}

constexpr SandboxCard asking(std::string_view token, GatewayStatus then = authorized,
                             std::string_view reason = {}) {
    return {.token = token, .authorize = requires_action, .then = then, .reason = reason};
}

constexpr SandboxCard deciding_late(std::string_view token, GatewayStatus then = authorized,
                                    std::string_view reason = {}) {
    return {.token = token, .authorize = processing, .then = then, .reason = reason};
}

constexpr SandboxCard troubled(std::string_view token, Step step, SandboxTrouble trouble,
                               std::string_view reason = {}) {
    return {.token = token, .reason = reason, .trouble = trouble, .trouble_at = step};
}

constexpr SandboxCard cards[] = {
    {.token = "pm_card_visa"},
    {.token = "pm_card_visa_debit"},
    {.token = "pm_card_mastercard"},
    {.token = "pm_card_mastercard_debit"},
    {.token = "pm_card_amex"},
    {.token = "pm_card_discover"},
    {.token = "pm_card_diners"},
    {.token = "pm_card_jcb"},
    {.token = "pm_card_unionpay"},

    // Stripe has names with and without the brand.
    declining("pm_card_chargeDeclined", "generic_decline"),
    declining("pm_card_visa_chargeDeclined", "generic_decline"),
    declining("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    declining("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    declining("pm_card_chargeDeclinedLostCard", "lost_card"),
    declining("pm_card_visa_chargeDeclinedLostCard", "lost_card"),
    declining("pm_card_chargeDeclinedStolenCard", "stolen_card"),
    declining("pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
    declining("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
    declining("pm_card_chargeDeclinedExpiredCard", "expired_card"),
    declining("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
    declining("pm_card_chargeDeclinedProcessingError", "processing_error"),
    declining("pm_card_chargeCustomerFail", "generic_decline"),
    declining("pm_card_radarBlock", "fraudulent"),

    asking("pm_card_authenticationRequired"),
    asking("pm_card_threeDSecure2Required"),
    asking("pm_card_threeDSecureRequired"),
    asking("pm_card_threeDSecureRequiredChargeDeclined", declined, "generic_decline"),
    asking("pm_card_threeDSecureRequiredProcessingError", declined, "processing_error"),
    asking("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", declined,
           "insufficient_funds"),
    asking("pm_sandbox_authenticationFailed", declined, "payment_intent_authentication_failure"),

    deciding_late("pm_sandbox_authorizedLate"),
    deciding_late("pm_sandbox_declinedLate", declined, "generic_decline"),

    troubled("pm_sandbox_authorizeAnswerLost", Step::authorize, answer_lost),
    troubled("pm_sandbox_authorizeRequestLost", Step::authorize, request_lost),
    troubled("pm_sandbox_authorizeAwayTwice", Step::authorize, away_twice),
    troubled("pm_sandbox_captureAnswerLost", Step::capture, answer_lost),
    troubled("pm_sandbox_captureRequestLost", Step::capture, request_lost),
    troubled("pm_sandbox_captureAwayTwice", Step::capture, away_twice),
    troubled("pm_sandbox_captureDeclined", Step::capture, always_refused,
             "charge_expired_for_capture"),
    troubled("pm_sandbox_refundAnswerLost", Step::refund, answer_lost),
    troubled("pm_sandbox_refundAwayTwice", Step::refund, away_twice),
    troubled("pm_sandbox_refundDeclined", Step::refund, always_refused, "charge_not_refundable"),
    troubled("pm_card_createDispute", Step::capture, disputed_later, "fraudulent"),
};

}  // namespace

std::span<const SandboxCard> sandbox_cards() { return cards; }

const SandboxCard* find_sandbox_card(std::string_view token) {
    const auto* const found = std::ranges::find(cards, token, &SandboxCard::token);
    return found == std::end(cards) ? nullptr : found;
}

}  // namespace souk
