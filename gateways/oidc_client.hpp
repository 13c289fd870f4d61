#pragma once
// What is asked of an OpenID provider: where its doors are, its keys, and an id token for a code.
// Every call blocks until its deadline at most and reads what it needs; whether an id token is
// genuine is not for this file.

#include <optional>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "gateways/http_client.hpp"

namespace souk {

struct OidcClientOptions {
    std::string issuer;  // as its tokens say, letter by letter
    std::string client_id;
    std::string client_secret;  // empty: a public client, by PKCE alone
    std::string scopes{"openid email profile"};
    HttpClientOptions http;
};

/// What a provider's description says (OpenID Connect Discovery 1.0).
struct OidcDoors {
    std::string authorization;
    std::string token;
    std::string keys;
    bool takes_basic{true};        // the client's secret in a header, else in the body
    bool answers_with_iss{false};  // RFC 9207
};

/// Nothing for what describes another issuer, leads where it is not safe, or cannot be used.
std::optional<OidcDoors> read_doors(std::string_view description, std::string_view issuer);

/// What a browser takes along to the provider.
struct AuthorizationWish {
    std::string redirect_uri;
    std::string state;
    std::string nonce;
    std::string challenge;  // of PKCE, S256
};
std::string authorization_address(const OidcDoors& doors, const OidcClientOptions& options,
                                  const AuthorizationWish& wish);

/// What the provider is shown for its tokens.
struct CodeProof {
    std::string code;
    std::string redirect_uri;
    std::string verifier;  // of PKCE
};
HttpCall token_call(const OidcDoors& doors, const OidcClientOptions& options,
                    const CodeProof& proof);

class OidcClient {
public:
    explicit OidcClient(OidcClientOptions options)
        : options_(std::move(options)), http_(options_.http) {}

    const OidcClientOptions& options() const { return options_; }

    /// `unavailable` when there is no answer that can be used, here and below.
    Result<OidcDoors> doors(Deadline deadline);
    /// The key set as it came.
    Result<std::string> keys(const OidcDoors& doors, Deadline deadline);
    /// The id token; `unauthenticated` when the provider knows no such code.
    Result<std::string> redeem(const OidcDoors& doors, const CodeProof& proof, Deadline deadline);

private:
    Result<std::string> get(const std::string& url, Deadline deadline);

    const OidcClientOptions options_;
    HttpClient http_;
};

}  // namespace souk
