#include "http/stages.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include "domain/card_number.hpp"
#include "http/access_log.hpp"
#include "http/authentication.hpp"
#include "http/cors.hpp"
#include "http/digest.hpp"
#include "http/gzip.hpp"
#include "http/network.hpp"
#include "http/problem.hpp"
#include "protocol/json_schema.hpp"

namespace souk {
namespace {

constexpr std::size_t max_request_id = 128;
constexpr std::size_t max_idempotency_key = 255;
constexpr std::size_t gzip_pays_from = 1'400;

bool is_sane_request_id(std::string_view text) {
    const auto is_sane = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= max_request_id &&
           std::all_of(text.begin(), text.end(), is_sane);
}

/// The trace id of a W3C traceparent, "00-<32 hex>-<16 hex>-<2 hex>".
std::string_view trace_id_of(std::string_view traceparent) {
    const bool shaped = traceparent.size() >= 55 && traceparent[2] == '-' &&
                        traceparent[35] == '-' && traceparent[52] == '-';
    if (!shaped) return {};
    const auto id = traceparent.substr(3, 32);
    const bool is_hex = id.find_first_not_of("0123456789abcdef") == id.npos;
    const bool is_zero = id.find_first_not_of('0') == id.npos;
    return is_hex && !is_zero ? id : std::string_view{};
}

/// A trusted proxy appends the address it saw; anything before that is hearsay.
std::string_view last_forwarded(std::string_view header) {
    const auto comma = header.rfind(',');
    if (comma != header.npos) header.remove_prefix(comma + 1);
    header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
    return header.substr(0, header.find(' '));
}

bool is_json(std::string_view content_type) {
    constexpr std::string_view json = "application/json";
    const auto type = content_type.substr(0, content_type.find_first_of("; \t"));
    return std::equal(type.begin(), type.end(), json.begin(), json.end(), [](char c, char j) {
        return c == j || (c >= 'A' && c <= 'Z' && c + 32 == j);
    });
}

bool has_tag(std::string_view if_none_match, std::string_view etag) {
    return if_none_match == "*" || if_none_match.find(etag) != if_none_match.npos;
}

bool is_read(const Request& request) {
    return request.method == Method::get || request.method == Method::head;
}

/// Whose a key is. An answer is replayed to who could have asked for it: an address is shared by
/// many, and the cart's id is what they prove ownership with. Kept as a digest, being a secret.
std::string key_holder_of(const Call& call) {
    auto holder = call.caller();
    if (call.tenant() != default_tenant) holder = to_text(call.tenant()) + " " + holder;
    const auto proof = call.request().header("x-cart-id");
    if (!proof.empty()) holder += " cart:" + to_hex(sha256({proof})).substr(0, 32);
    return holder;
}

Response response_of(const Request& request, Answer answer) {
    Response response;
    if (!answer.etag.empty()) response.add_header("ETag", answer.etag);
    if (!answer.location.empty()) response.add_header("Location", answer.location);
    if (!answer.set_cookie.empty()) response.add_header("Set-Cookie", answer.set_cookie);
    if (!answer.disposition.empty()) response.add_header("Content-Disposition", answer.disposition);
    if (answer.replayed) response.add_header("Idempotent-Replayed", "true");
    response.add_header("Cache-Control",
                        answer.cache_control.empty() ? "no-store" : answer.cache_control);
    // The same address shows another marketplace to whoever names one.
    if (answer.cache_control.find("public") != std::string::npos)
        response.add_header("Vary", "X-Tenant-Id");
    const bool unchanged = is_read(request) && answer.status == 200 && !answer.etag.empty() &&
                           has_tag(request.header("if-none-match"), answer.etag);
    response.status = unchanged ? 304 : answer.status;
    const bool is_empty =
        response.status == 204 || response.status == 302 || response.status == 304;
    if (is_empty) return response;
    response.streamed = answer.streamed;
    response.body = std::move(answer.body);
    response.content_type = std::move(answer.content_type);
    return response;
}

void compress_if_it_pays(const Request& request, Response& response) {
    if (!is_read(request) || response.body.size() <= gzip_pays_from) return;
    response.add_header("Vary", "Accept-Encoding");
    if (!accepts_gzip(request.header("accept-encoding"))) return;
    auto packed = gzip(response.body);
    if (packed.empty() || packed.size() >= response.body.size()) return;
    response.body = std::move(packed);
    response.add_header("Content-Encoding", "gzip");
}

void add_rate_headers(const RateDecision& decision, Response& response) {
    response.add_header("RateLimit-Limit", std::to_string(decision.limit));
    response.add_header("RateLimit-Remaining", std::to_string(decision.remaining));
    response.add_header("RateLimit-Reset", std::to_string(decision.reset_s));
}

/// What a request is counted by.
struct Charge {
    std::string_view counter;
    std::int64_t per_minute{};  // 0: no limit
    bool by_address{false};     // whoever asks
};

Charge charge_for(const Call& call, const HttpSettings& settings) {
    const auto rate = call.route() ? call.route()->rate : RateClass::standard;
    const auto& principal = call.principal();
    if (rate == RateClass::unlimited) return {};
    if (rate == RateClass::credentials)
        return {"credentials:", settings.credentials_per_minute, true};
    // Accounts cost nothing, so what is strict for guests is so for whoever has made one.
    if (rate == RateClass::strict && principal.is_buyer() &&
        settings.strict_requests_per_minute != 0)
        return {"strict:", settings.strict_requests_per_minute, true};
    if (!principal.is_guest()) return {"all:", principal.requests_per_minute};
    return {"all:", settings.guest_requests_per_minute};
}

std::string bucket_of(const Call& call, const Charge& charge) {
    std::string bucket{charge.counter};
    return bucket +
           (charge.by_address ? "ip:" + network_of(call.request().remote_address) : call.budget());
}

/// Where credentials that do not hold are counted, and names of marketplaces that nobody has.
std::string failures_bucket(const Call& call) {
    return "auth:ip:" + network_of(call.request().remote_address);
}

/// What was accepted; and a decline, which comes of an attempt on record: a repeat must not be
/// another one.
std::optional<Answer> answer_to_remember(const Call& call, const Outcome& outcome) {
    if (outcome) {
        const bool accepted = outcome->status >= 200 && outcome->status < 300;
        return accepted ? std::optional{*outcome} : std::nullopt;
    }
    if (outcome.error().code != ErrorCode::payment_failed) return std::nullopt;
    const auto declined = problem(outcome.error(), call.request_id(), false);
    Answer answer;
    answer.status = declined.status;
    answer.body = declined.body;
    return answer;
}

constexpr auto our_mistake = "something went wrong on our side";

/// What is wrong below us, or with us, is for the log: callers learn only what to do about it.
Error presentable(const Call& call, const Error& error) {
    const bool below_us =
        error.code == ErrorCode::unavailable &&
        (error.message.starts_with("PostgreSQL: ") || error.message.starts_with("Redis: "));
    if (!below_us && error.code != ErrorCode::internal) return error;
    if (error.message != our_mistake) log_failure(call, error.message);
    return {error.code,
            below_us ? "the database is not reachable; try again" : our_mistake,
            {},
            error.retry_after_s};
}

}  // namespace

Stages::Stages(const Router& router, const Services& services)
    : router_(router),
      services_(services),
      pending_(static_cast<std::size_t>(services.settings.max_idempotent_waiters)) {}

// The list: who is it, may it, is it sound, has it been answered already, then the handler.
Task<Outcome> Stages::answer(Call& call) {
    if (auto refused = find_route(call)) co_return *refused;
    // A name that nobody has is guessing, as a wrong credential is.
    if (auto refused = find_tenant(call)) co_return co_await refuse_guess(call, *refused);
    if (has_credentials(call.request())) {
        if (auto refused = co_await authenticate(call)) co_return *refused;
    }
    if (auto refused = co_await take_rate_token(call)) co_return *refused;
    if (call.request().method == Method::options && !call.allow_.empty()) {
        co_return Answer{.status = 204};
    }
    if (auto refused = check_route(call)) co_return *refused;
    if (auto refused = refuse_caller(call)) co_return *refused;
    if (auto refused = check_content(call)) co_return *refused;
    if (auto refused = read_idempotency_key(call)) co_return *refused;
    if (call.idempotency_) co_return co_await answer_once(call);
    co_return co_await call.route_->handler(call);
}

Task<Response> Stages::serve(Call& call) {
    identify(call);
    Outcome outcome = refuse(ErrorCode::internal, our_mistake);
    try {
        outcome = co_await answer(call);
    } catch (const std::exception& failure) {
        log_failure(call, failure.what());
    }
    co_return finish(call, std::move(outcome));
}

void Stages::identify(Call& call) {
    auto& request = call.request_;
    const auto sent_id = request.header("x-request-id");
    const bool sane = is_sane_request_id(sent_id) && !holds_issued_card_number(sent_id);
    call.request_id_ = sane ? std::string(sent_id) : new_request_id();
    call.trace_id_ = trace_id_of(request.header("traceparent"));
    const auto& proxies = services_.settings.trusted_proxies;
    if (proxies.empty() || !request.has_header("x-forwarded-for")) return;
    if (std::find(proxies.begin(), proxies.end(), request.remote_address) == proxies.end()) return;
    request.remote_address = last_forwarded(request.header("x-forwarded-for"));
}

Stages::Refusal Stages::find_route(Call& call) {
    auto& request = call.request_;
    if (const auto read = read_target(request); !read) return read.error();
    auto match = router_.find(request.method, request.path);
    call.route_ = match.route;
    call.path_values_ = match.values;
    call.canonical_path_ = match.canonical_path;
    call.allow_ = std::move(match.allow);
    return std::nullopt;
}

/// By the header, which is for programs, or by the host, which is what browsers send.
Stages::Refusal Stages::find_tenant(Call& call) {
    const auto& request = call.request();
    const auto of_host = services_.tenants.of_host(host_name_of(request.header("host")));
    if (of_host) call.principal_.tenant = *of_host;
    if (request.header("x-tenant-id").empty()) return std::nullopt;
    const auto named = services_.tenants.named(request.header("x-tenant-id"));
    if (!named) return refuse(ErrorCode::not_found, "there is no such marketplace");
    if (of_host && *of_host != *named)
        return refuse(ErrorCode::invalid_input, "X-Tenant-Id",
                      "names another marketplace than this host's");
    call.principal_.tenant = *named;
    return std::nullopt;
}

Task<Stages::Refusal> Stages::authenticate(Call& call) {
    auto token = presented_token(call.request());
    if (token) co_return co_await authenticate_user(call, std::move(*token));
    const auto presented = presented_key(call.request());
    if (!presented) co_return co_await refuse_credentials(call);
    using Found = Result<std::shared_ptr<const ApiKey>>;
    const auto found = co_await call.wait<Found>([&](Promise<Found> promise) {
        services_.api_keys.find({call.tenant(), presented->id}, promise);
    });
    auto principal = principal_of(*presented, found);
    if (!principal && principal.error().code != ErrorCode::unauthenticated)
        co_return principal.error();
    if (!principal) co_return co_await refuse_credentials(call);
    services_.api_keys.used(presented->id);
    call.principal_ = std::move(*principal);
    co_return std::nullopt;
}

Task<Stages::Refusal> Stages::authenticate_user(Call& call, std::string token) {
    // Who logs in, or in anew, proves it in the body: an old token beside it is no obstacle.
    const bool proves_it_again = call.route_ && call.route_->rate == RateClass::credentials;
    // Checking a signature is work: not for an address that has sent too many bad ones. What was
    // good a moment ago passes.
    const auto limit = services_.settings.failed_logins_per_minute;
    const bool checks_it = limit == 0 || services_.accounts.remembers(token) ||
                           !services_.rate_limits.is_closed(failures_bucket(call), limit);
    if (!checks_it && proves_it_again) co_return std::nullopt;
    if (!checks_it) co_return co_await refuse_credentials(call);
    using Found = Result<SignedIn>;
    const auto found = co_await call.wait<Found>([&](Promise<Found> promise) {
        services_.accounts.authenticate(std::move(token), std::move(promise));
    });
    if (!found && found.error().code != ErrorCode::unauthenticated) co_return found.error();
    if (!found && proves_it_again) co_return std::nullopt;
    if (!found || found->tenant != call.tenant()) co_return co_await refuse_credentials(call);
    call.principal_ = principal_of(*found, services_.settings.user_requests_per_minute);
    co_return std::nullopt;
}

Task<Stages::Refusal> Stages::refuse_credentials(Call& call) {
    co_return co_await refuse_guess(call, bad_credentials());
}

/// Guessing is slowed down per address, whatever the ordinary limit is.
Task<Error> Stages::refuse_guess(Call& call, Error refusal) {
    const auto limit = services_.settings.failed_logins_per_minute;
    if (limit == 0) co_return refusal;
    std::string bucket = failures_bucket(call);
    const auto decision =
        co_await call.wait<Result<RateDecision>>([&](Promise<Result<RateDecision>> promise) {
            services_.rate_limits.take(std::move(bucket), limit, promise);
        });
    if (decision && !decision->allowed) co_return too_many(*decision, "requests");
    co_return refusal;
}

Task<Stages::Refusal> Stages::take_rate_token(Call& call) {
    const auto charge = charge_for(call, services_.settings);
    if (charge.per_minute == 0) co_return std::nullopt;
    std::string bucket = bucket_of(call, charge);
    const auto decision =
        co_await call.wait<Result<RateDecision>>([&](Promise<Result<RateDecision>> promise) {
            services_.rate_limits.take(std::move(bucket), charge.per_minute, promise);
        });
    if (!decision) co_return std::nullopt;  // better unlimited than closed
    call.rate_ = *decision;
    if (!decision->allowed) co_return too_many(*decision, "requests");
    co_return std::nullopt;
}

Stages::Refusal Stages::check_route(const Call& call) {
    if (call.route_) return std::nullopt;
    if (call.allow_.empty()) {
        return refuse(ErrorCode::not_found, "there is nothing at this address");
    }
    return refuse(ErrorCode::method_not_allowed, "this address answers to " + call.allow_);
}

/// What the body proves is for the handler, which reads it.
Stages::Refusal Stages::refuse_caller(const Call& call) {
    const auto& access = call.route_->access;
    const auto& query = call.request().query;
    const bool shows_proof = access.proof == Access::Proof::cart_in_body ||
                             call.request().has_header("x-cart-id") ||
                             std::ranges::find(query, "cartId", &NameValue::first) != query.end();
    return refuse_access(access, call.principal(), shows_proof);
}

Stages::Refusal Stages::check_content(const Call& call) {
    const auto& request = call.request();
    const auto* body = call.route_->doc.body;
    if (request.body.empty()) {
        if (!body || !body->required) return std::nullopt;
        return refuse(ErrorCode::invalid_input, "a JSON body is required");
    }
    if (!body || is_json(request.header("content-type"))) return std::nullopt;
    return refuse(ErrorCode::unsupported_media_type, "the body must be application/json");
}

Stages::Refusal Stages::read_idempotency_key(Call& call) {
    const auto& request = call.request();
    if (!call.route_->is_keyed() || !request.has_header("idempotency-key")) {
        return std::nullopt;
    }
    const auto key = request.header("idempotency-key");
    const bool is_visible =
        std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (key.empty() || key.size() > max_idempotency_key || !is_visible) {
        return refuse(ErrorCode::invalid_input, "Idempotency-Key",
                      "must be 1 to 255 visible ASCII characters");
    }
    if (holds_issued_card_number(key)) {
        return refuse(ErrorCode::invalid_input, "Idempotency-Key",
                      "looks like a card number, which must never be sent here");
    }
    call.idempotency_ = IdempotencyKey{key_holder_of(call), std::string(key), call.request_hash()};
    return std::nullopt;
}

/// Two at once get one answer: the first does the work, the others wait for it.
Task<Outcome> Stages::answer_once(Call& call) {
    auto entry = pending_.enter(*call.idempotency_);
    if (entry.turn) {
        Outcome outcome = co_await recall_or_do(call);
        entry.turn->settle(outcome);
        co_return outcome;
    }
    if (const auto same = same_request(*call.idempotency_, entry.pending->request_hash()); !same)
        co_return same.error();
    Outcome outcome = co_await call.wait<Outcome>(
        [&](Promise<Outcome> promise) { entry.pending->attach(std::move(promise)); });
    if (outcome) outcome->replayed = true;
    co_return outcome;
}

Task<Outcome> Stages::recall_or_do(Call& call) {
    const auto& key = *call.idempotency_;
    using Found = Result<std::optional<IdempotencyRecord>>;
    const auto found = co_await call.wait<Found>([&](Promise<Found> promise) {
        services_.idempotency.find(call.tenant(), key.caller, key.key, promise);
    });
    if (!found) co_return found.error();
    if (*found) co_return replay(key, **found);
    Outcome outcome = co_await call.route_->handler(call);
    // An entity stores the key with what it changes; what was so already leaves it to us.
    if (outcome ? outcome->key_stored : call.idempotency_passed_on()) co_return outcome;
    const auto answer = answer_to_remember(call, outcome);
    if (!answer) co_return outcome;
    auto record = record_of(key, *answer);
    const auto remembered = co_await call.wait<Result<bool>>([&](Promise<Result<bool>> promise) {
        services_.idempotency.remember(call.tenant(), std::move(record), promise);
    });
    // Where an entity had nothing to do, a repeat finds the same. What was done here stands, told
    // or not.
    const bool is_away = !remembered && remembered.error().code == ErrorCode::unavailable;
    if (is_away && call.idempotency_passed_on()) co_return remembered.error();
    if (!remembered)
        log_failure(call, "an answer was not remembered: " + remembered.error().message);
    if (!outcome && !wants_problem_json(call.request().header("accept"))) co_return *answer;
    co_return outcome;
}

Response Stages::finish(Call& call, Outcome outcome) {
    const auto& request = call.request();
    Response response = outcome ? response_of(request, std::move(*outcome))
                                : problem(presentable(call, outcome.error()), call.request_id(),
                                          wants_problem_json(request.header("accept")));
    const bool is_preflight = request.method == Method::options && response.status == 204;
    response.add_header("X-Request-Id", call.request_id());
    if (!call.allow_.empty()) response.add_header("Allow", call.allow_);
    if (call.rate_) add_rate_headers(*call.rate_, response);
    add_cors_headers(services_.settings.cors_origins, request,
                     is_preflight ? call.allow_ : std::string_view{}, response);
    compress_if_it_pays(request, response);
    if (!call.overdue_) record(call, response);
    return response;
}

void Stages::record(const Call& call, const Response& response) {
    const Duration took = services_.clock.now() - call.started_at();
    const auto method = to_text(call.request().method);
    services_.metrics.request_done(method.empty() ? "OTHER" : method,
                                   call.route_ ? call.route_->pattern : "unmatched",
                                   response.status, std::chrono::duration<double>(took).count());
    if (services_.console.watched())
        services_.console.request_done({services_.clock.now(), call.request_id(),
                                        std::string{method},
                                        call.route_ ? call.route_->pattern : "unmatched",
                                        response.status, std::chrono::nanoseconds{took}.count()});
    if (services_.settings.access_log) log_access(call, call.trace_id_, response, took);
}

Response Stages::turn_away(const Error& error, int status) {
    const auto request_id = new_request_id();
    Response response = problem(error, request_id, false, status);
    response.add_header("X-Request-Id", request_id);
    response.close = true;
    services_.metrics.request_done("OTHER", "unparsed", response.status, 0);
    return response;
}

Response Stages::too_slow(Call& call) {
    Response response =
        finish(call, refuse(ErrorCode::unavailable,
                            "the answer took too long: try again with the same Idempotency-Key"));
    call.overdue_ = true;
    return response;
}

std::string Stages::new_request_id() { return to_typeid("req", services_.ids.next()); }

}  // namespace souk
