#include "gateways/oidc_client.hpp"

#include "gateways/digest.hpp"
#include "gateways/form.hpp"
#include "protocol/json_path.hpp"

namespace souk {
namespace {

constexpr std::size_t max_address = 2'000;
constexpr std::size_t max_token = 16'384;
constexpr int retry_after_s = 5;

Error away(std::string what) {
    return {ErrorCode::unavailable, "the provider " + std::move(what), {}, retry_after_s};
}

/// Absent is basic, by the standard.
bool takes_basic(JsonValue description) {
    const auto methods = find_at(description, {"token_endpoint_auth_methods_supported"});
    if (!methods || !methods->is_array()) return true;
    for (std::size_t i = 0; i < methods->size(); ++i) {
        const auto one = methods->item(i);
        if (one.is_string() && one.as_string() == "client_secret_basic") return true;
    }
    return false;
}

bool is_true(std::optional<JsonValue> value) {
    return value && value->is_boolean() && value->as_boolean();
}

std::string description_address(const std::string& issuer) {
    const bool ends_so = issuer.ends_with('/');
    return issuer + (ends_so ? "" : "/") + ".well-known/openid-configuration";
}

}  // namespace

std::optional<OidcDoors> read_doors(std::string_view description, std::string_view issuer) {
    const auto document = JsonDocument::parse(description);
    if (!document) return std::nullopt;
    const auto root = document->root();
    if (text_at(root, {"issuer"}) != issuer) return std::nullopt;
    OidcDoors doors{
        .authorization = text_at(root, {"authorization_endpoint"}, max_address),
        .token = text_at(root, {"token_endpoint"}, max_address),
        .keys = text_at(root, {"jwks_uri"}, max_address),
        .takes_basic = takes_basic(root),
        .answers_with_iss =
            is_true(find_at(root, {"authorization_response_iss_parameter_supported"})),
    };
    // What is elsewhere does not send us to what only this machine reaches.
    const bool is_elsewhere = issuer.starts_with("https://");
    for (const auto* address : {&doors.authorization, &doors.token, &doors.keys})
        if (!is_safe_address(*address) || (is_elsewhere && !address->starts_with("https://")))
            return std::nullopt;
    return doors;
}

std::string authorization_address(const OidcDoors& doors, const OidcClientOptions& options,
                                  const AuthorizationWish& wish) {
    const bool has_query = doors.authorization.find('?') != std::string::npos;
    return doors.authorization + (has_query ? "&" : "?") +
           form_of({{"response_type", "code"},
                    {"client_id", options.client_id},
                    {"redirect_uri", wish.redirect_uri},
                    {"scope", options.scopes},
                    {"state", wish.state},
                    {"nonce", wish.nonce},
                    {"code_challenge", wish.challenge},
                    {"code_challenge_method", "S256"}});
}

HttpCall token_call(const OidcDoors& doors, const OidcClientOptions& options,
                    const CodeProof& proof) {
    const bool has_secret = !options.client_secret.empty();
    const bool in_header = has_secret && doors.takes_basic;
    HttpCall call;
    call.method = "POST";
    call.url = doors.token;
    call.headers = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json"};
    if (in_header)
        call.headers.push_back("Authorization: Basic " +
                               to_base64(percent_encoded(options.client_id) + ":" +
                                         percent_encoded(options.client_secret)));
    call.body = form_of({{"grant_type", "authorization_code"},
                         {"code", proof.code},
                         {"redirect_uri", proof.redirect_uri},
                         {"code_verifier", proof.verifier},
                         {"client_id", in_header ? std::string{} : options.client_id},
                         {"client_secret", in_header ? std::string{} : options.client_secret}});
    return call;
}

Result<std::string> OidcClient::get(const std::string& url, Deadline deadline) {
    auto reply = http_.send({.url = url, .headers = {"Accept: application/json"}}, deadline);
    if (reply.outcome != HttpOutcome::answered) return away("does not answer: try again");
    if (reply.status != 200) return away("is out of order: try again");
    return std::move(reply.body);
}

Result<OidcDoors> OidcClient::doors(Deadline deadline) {
    const auto description = get(description_address(options_.issuer), deadline);
    if (!description) return description.error();
    auto doors = read_doors(*description, options_.issuer);
    if (!doors) return away("describes itself in a way that cannot be used");
    return std::move(*doors);
}

Result<std::string> OidcClient::keys(const OidcDoors& doors, Deadline deadline) {
    return get(doors.keys, deadline);
}

Result<std::string> OidcClient::redeem(const OidcDoors& doors, const CodeProof& proof,
                                       Deadline deadline) {
    const auto reply = http_.send(token_call(doors, options_, proof), deadline);
    if (reply.outcome != HttpOutcome::answered) return away("does not answer: log in again");
    const auto document = JsonDocument::parse(reply.body);
    const bool knows_no_code =
        reply.status == 400 && document && text_at(document->root(), {"error"}) == "invalid_grant";
    if (knows_no_code)
        return refuse(ErrorCode::unauthenticated,
                      "the provider knows nothing of this log-in: begin again");
    const auto token =
        document ? text_at(document->root(), {"id_token"}, max_token) : std::string{};
    if (reply.status != 200 || token.empty()) return away("gave no id token: log in again");
    return token;
}

}  // namespace souk
