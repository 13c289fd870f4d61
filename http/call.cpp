#include "http/call.hpp"

#include <algorithm>
#include <charconv>

#include "http/digest.hpp"
#include "http/network.hpp"

namespace souk {

std::string_view PathValues::find(std::string_view name) const {
    for (std::size_t i = 0; i < size; ++i) {
        if (values[i].first == name) return values[i].second;
    }
    return {};
}

Call::Call(Request request, const Services& services, std::shared_ptr<Executor> executor,
           const TenantId& tenant)
    : request_(std::move(request)),
      services_(services),
      executor_(std::move(executor)),
      started_at_(services.clock.now()) {
    principal_.tenant = tenant;
}

Result<std::optional<Version>> Call::expected_version() const {
    const auto tag = request_.header("if-match");
    if (tag.empty() || tag == "*") return std::optional<Version>{};
    Version version{};
    if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
        const char* const end = tag.data() + tag.size() - 1;
        const auto [stopped, failure] = std::from_chars(tag.data() + 1, end, version);
        if (failure == std::errc{} && stopped == end) return std::optional<Version>{version};
    }
    return refuse(ErrorCode::precondition_failed, "If-Match names no version of this resource");
}

std::string Call::caller() const {
    return principal_.is_guest() ? "ip:" + request_.remote_address : principal_.actor();
}

std::string Call::budget() const {
    return principal_.is_guest() ? "ip:" + network_of(request_.remote_address) : principal_.actor();
}

AskContext Call::ask_context() {
    idempotency_passed_on_ = idempotency_.has_value();
    return {request_id_, principal_.actor(), idempotency_, {}, {}, tenant()};
}

const std::string& Call::request_hash() {
    if (request_hash_.empty()) {
        // Each part ends in a byte that it cannot contain, so that two requests never run together.
        request_hash_ =
            to_hex(sha256({to_text(request_.method), "\n", canonical_path_, "\n", request_.body}));
    }
    return request_hash_;
}

Error too_many(const RateDecision& decision, std::string_view what) {
    auto error =
        refuse(ErrorCode::rate_limited, "too many " + std::string{what} + ": wait and try again");
    error.retry_after_s = static_cast<int>(std::max<std::int64_t>(decision.reset_s, 1));
    return error;
}

std::string etag_of(Version version) { return '"' + std::to_string(version) + '"'; }

}  // namespace souk
