// Our half of the tests in this folder: signs, verifies and asks, as standard input says.
//
//   souk_stripe_check sign SECRET SECONDS < body             prints a Stripe-Signature header
//   souk_stripe_check verify HEADER SECONDS SECRET... < body prints what the check says, then facts
//   souk_stripe_check ask BASE [CA_FILE] < requests          prints an answer per line
//
// A request is a line of words: step key amount CUR [method=…] [intent=…] [payment=pay_…]. The
// secret key is in SOUK_STRIPE_SECRET_KEY.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <sstream>
#include <vector>

#include "gateways/stripe.hpp"
#include "gateways/stripe_event.hpp"
#include "gateways/stripe_webhook.hpp"
#include "protocol/json.hpp"

namespace souk {
namespace {

constexpr std::string_view steps[] = {"authorize", "confirm", "capture",
                                      "cancel",    "refund",  "look_up"};
constexpr std::string_view statuses[] = {"requires_action", "processing", "authorized", "captured",
                                         "refunded",        "cancelled",  "declined",   "not_found",
                                         "unavailable",     "unknown"};
constexpr std::string_view checks[] = {"valid", "malformed", "mismatch", "too_old", "too_new"};

/// A time within the life of the keys of the payments that are asked about.
struct FixedClock final : Clock {
    TimePoint now() const override { return time; }
    TimePoint time{*parse_rfc3339("2026-01-15T12:00:00Z")};
};

std::string all_input() { return {std::istreambuf_iterator<char>(std::cin), {}}; }

std::string quoted(std::string_view text) {
    std::string out;
    JsonWriter(out).string(text);
    return out;
}

int verify(const std::vector<std::string>& words) {
    const auto body = all_input();
    const TimePoint now{std::chrono::seconds{std::stoll(words.at(1))}};
    const auto check =
        check_stripe_signature(words.at(0), body, {words.begin() + 2, words.end()}, now);
    std::cout << checks[static_cast<std::size_t>(check)] << '\n';
    const auto event = read_stripe_event(body);
    if (!event) return 0;
    std::cout << "{\"id\":" << quoted(event->id) << ",\"type\":" << quoted(event->type)
              << ",\"known\":" << (event->kind == GatewayEventKind::unsupported ? "false" : "true")
              << ",\"subject\":" << quoted(event->subject)
              << ",\"intent\":" << quoted(event->intent) << ",\"charge\":" << quoted(event->charge)
              << ",\"subscription\":" << quoted(event->subscription)
              << ",\"reason\":" << quoted(event->reason) << ",\"amount\":" << event->amount
              << ",\"captured\":" << event->captured << ",\"refunded\":" << event->refunded
              << ",\"orderId\":" << quoted(event->order_id ? to_text(*event->order_id) : "")
              << "}\n";
    return 0;
}

GatewayRequest request_of(const std::string& line, const Clock& clock) {
    std::istringstream words(line);
    std::string step;
    std::string currency;
    GatewayRequest request;
    words >> step >> request.idempotency_key >> request.amount >> currency;
    for (std::size_t i = 0; i < std::size(steps); ++i)
        if (steps[i] == step) request.step = static_cast<GatewayStep>(i);
    request.currency = parse_currency(currency).value_or(Currency{});
    request.order_id = {uuid_v7(clock.now(), 1, 2)};
    request.payment_id = {uuid_v7(clock.now(), 3, 4)};
    request.customer_email = "buyer@example.com";
    for (std::string word; words >> word;) {
        const auto value = word.substr(word.find('=') + 1);
        if (word.starts_with("method=")) request.method = value;
        if (word.starts_with("intent=")) request.intent = value;
        if (word.starts_with("payment=")) request.payment_id = *parse_id<PaymentId>(value);
    }
    return request;
}

int ask(const std::vector<std::string>& words) {
    const FixedClock clock;
    const char* key = std::getenv("SOUK_STRIPE_SECRET_KEY");
    StripeOptions options{.secret_key = key ? key : "", .api_base = words.at(0)};
    options.http.total_timeout = std::chrono::seconds{5};
    if (words.size() > 1) options.http.ca_file = words[1];
    if (const auto fine = StripeGateway::check(options); !fine) {
        std::cerr << fine.error().details.at(0).field << ' ' << fine.error().message << '\n';
        return 2;
    }
    StripeGateway stripe(options, clock);
    for (std::string line; std::getline(std::cin, line);) {
        const auto answer = stripe.ask(request_of(line, clock),
                                       std::chrono::steady_clock::now() + std::chrono::seconds{10});
        std::cout << "{\"status\":" << quoted(statuses[static_cast<std::size_t>(answer.status)])
                  << ",\"intent\":" << quoted(answer.intent)
                  << ",\"clientSecret\":" << quoted(answer.client_secret)
                  << ",\"reference\":" << quoted(answer.reference)
                  << ",\"reason\":" << quoted(answer.reason) << ",\"captured\":" << answer.captured
                  << ",\"refunded\":" << answer.refunded << ",\"fee\":" << answer.fee << "}"
                  << std::endl;
    }
    return 0;
}

int run(const std::string& command, const std::vector<std::string>& words) {
    if (command == "verify") return verify(words);
    if (command == "ask") return ask(words);
    if (command != "sign") return 2;
    std::cout << "t=" << words.at(1)
              << ",v1=" << stripe_signature(words.at(0), std::stoll(words.at(1)), all_input());
    return 0;
}

}  // namespace
}  // namespace souk

int main(int count, char** words) {
    if (count < 3) return 2;
    return souk::run(words[1], {words + 2, words + count});
}
