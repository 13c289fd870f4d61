// Signatures of webhooks and the events below them: nothing counts as signed that the secret has
// not signed, byte by byte. Input: a line of header, then the body.

#include <string>

#include "fuzzing.hpp"
#include "gateways/stripe_event.hpp"
#include "gateways/stripe_webhook.hpp"

namespace souk {
namespace {

const std::vector<std::string> secrets{"whsec_first", "", "whsec_second"};
constexpr std::int64_t now_seconds = 1'700'000'000;
const TimePoint now{std::chrono::seconds{now_seconds}};

void check_header(std::string_view header, std::string_view body) {
    if (check_stripe_signature(header, body, secrets, now) != SignatureCheck::valid) return;
    bool signed_by_us = false;
    for (auto at = now_seconds - 300; at <= now_seconds + 300 && !signed_by_us; ++at)
        for (const auto& secret : {secrets.front(), secrets.back()})
            signed_by_us = signed_by_us || header.find(stripe_signature(secret, at, body)) !=
                                               std::string_view::npos;
    promise(signed_by_us, "only what the secret signed is valid");
}

/// A right signature, then the same of a body with one bit changed, chosen by the input.
void check_tampering(std::string_view header, std::string_view body) {
    const auto secret = secrets.back();
    const auto right =
        "t=" + std::to_string(now_seconds) + ",v1=" + stripe_signature(secret, now_seconds, body);
    promise(check_stripe_signature(right, body, secrets, now) == SignatureCheck::valid,
            "what the secret signed is valid");
    if (body.empty()) return;
    std::string changed{body};
    const auto place = header.size() % changed.size();
    changed[place] = static_cast<char>(changed[place] ^ (1 << header.size() % 8));
    promise(check_stripe_signature(right, changed, secrets, now) == SignatureCheck::mismatch,
            "what was changed is not valid");
}

}  // namespace
}  // namespace souk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace souk;
    auto body = text_of(data, size);
    const auto header = take_line(body);
    check_header(header, body);
    check_tampering(header, body);
    [[maybe_unused]] const auto event = read_stripe_event(body);
    return 0;
}
