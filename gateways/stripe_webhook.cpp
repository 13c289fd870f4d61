#include "gateways/stripe_webhook.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gateways/digest.hpp"

namespace souk {
namespace {

constexpr std::size_t max_header = 4'096;
constexpr std::size_t max_signatures = 16;
constexpr std::int64_t latest_timestamp = 253'402'300'799;  // the end of the year 9999

struct SignatureHeader {
    std::int64_t timestamp{-1};
    std::vector<std::string_view> signatures;  // of the scheme v1
};

std::optional<std::int64_t> read_timestamp(std::string_view text) {
    std::int64_t timestamp = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, timestamp);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    if (timestamp < 0 || timestamp > latest_timestamp) return std::nullopt;
    return timestamp;
}

/// Takes one "name=value"; false when the header makes no sense.
bool take_item(std::string_view item, SignatureHeader& header) {
    if (item.starts_with("t=")) {
        const auto timestamp = read_timestamp(item.substr(2));
        if (!timestamp || header.timestamp >= 0) return false;
        header.timestamp = *timestamp;
    } else if (item.starts_with("v1=")) {
        if (header.signatures.size() == max_signatures) return false;
        header.signatures.push_back(item.substr(3));
    }
    return true;
}

std::optional<SignatureHeader> read_header(std::string_view text) {
    if (text.size() > max_header) return std::nullopt;
    SignatureHeader header;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (!take_item(text.substr(0, comma), header)) return std::nullopt;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    if (header.timestamp < 0 || header.signatures.empty()) return std::nullopt;
    return header;
}

bool is_blank(std::string_view secret) {
    return secret.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

/// Compares everything with everything, whatever was found on the way.
bool matches(const SignatureHeader& header, std::string_view body,
             const std::vector<std::string>& secrets) {
    bool found = false;
    for (const auto& secret : secrets) {
        if (is_blank(secret)) continue;
        const auto expected = stripe_signature(secret, header.timestamp, body);
        for (const auto signature : header.signatures)
            found = equal_in_constant_time(signature, expected) || found;
    }
    return found;
}

}  // namespace

std::string stripe_signature(std::string_view secret, std::int64_t timestamp,
                             std::string_view body) {
    auto payload = std::to_string(timestamp);
    payload.append(".").append(body);
    return hmac_sha256_hex(secret, payload);
}

SignatureCheck check_stripe_signature(std::string_view header, std::string_view body,
                                      const std::vector<std::string>& secrets, TimePoint now,
                                      Duration tolerance) {
    const auto read = read_header(header);
    if (!read) return SignatureCheck::malformed;
    if (!matches(*read, body, secrets)) return SignatureCheck::mismatch;
    const TimePoint signed_at{std::chrono::seconds{read->timestamp}};
    if (now - signed_at > tolerance) return SignatureCheck::too_old;
    if (signed_at - now > tolerance) return SignatureCheck::too_new;
    return SignatureCheck::valid;
}

}  // namespace souk
