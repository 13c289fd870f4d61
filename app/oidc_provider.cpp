#include "app/oidc_provider.hpp"

#include <spdlog/spdlog.h>

#include "http/digest.hpp"
#include "security/base64url.hpp"

namespace souk {
namespace {

constexpr std::chrono::hours keep{1};              // a description and keys
constexpr std::chrono::seconds between_tries{10};  // for keys nobody knows, and after failures
constexpr int retry_after_s = 5;

Error away() {
    return {ErrorCode::unavailable, "the provider does not answer: try again", {}, retry_after_s};
}

Error no_proof() { return refuse(ErrorCode::unauthenticated, "the provider's token is not valid"); }

/// S256 of RFC 7636.
std::string challenge_of(const std::string& verifier) {
    const auto digest = sha256({verifier});
    return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

OidcProvider::OidcProvider(OidcProviderSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      client_(settings_.client),
      pool_(settings_.threads, settings_.queue) {}

template <class T, class Ask>
void OidcProvider::wait_for(Ask ask, Promise<Result<T>> done) {
    const auto deadline = std::chrono::steady_clock::now() + settings_.time_limit;
    const auto work = [ask = std::move(ask), done, deadline](bool refused) {
        if (refused) return done(away());
        try {
            done(ask(deadline));
        } catch (const std::exception& failure) {
            done(refuse(ErrorCode::internal, failure.what()));
        }
    };
    if (!pool_.submit(work)) done(away());
}

void OidcProvider::address_for(const Handshake& handshake, Promise<Result<std::string>> address) {
    const AuthorizationWish wish{settings_.redirect_uri, handshake.state, handshake.nonce,
                                 challenge_of(handshake.verifier)};
    wait_for<std::string>(
        [this, wish](Deadline deadline) -> Result<std::string> {
            const auto found = doors(deadline);
            if (!found) return found.error();
            return authorization_address(*found, settings_.client, wish);
        },
        std::move(address));
}

void OidcProvider::redeem(ReturnedCode returned, Handshake handshake,
                          Promise<Result<IdToken>> token) {
    CodeProof proof{std::move(returned.code), settings_.redirect_uri,
                    std::move(handshake.verifier)};
    IdTokenRules rules{issuer(), {settings_.client.client_id}, std::move(handshake.nonce)};
    wait_for<IdToken>(
        [this, proof = std::move(proof), rules = std::move(rules),
         names_issuer = !returned.issuer.empty()](Deadline deadline) -> Result<IdToken> {
            const auto found = doors(deadline);
            if (!found) return found.error();
            if (found->answers_with_iss && !names_issuer) return no_proof();
            const auto text = client_.redeem(*found, proof, deadline);
            if (!text) return text.error();
            return verified(*text, rules, deadline);
        },
        std::move(token));
}

void OidcProvider::verify(std::string id_token, Promise<Result<IdToken>> token) {
    IdTokenRules rules{issuer(), settings_.audiences, std::nullopt};
    wait_for<IdToken>([this, text = std::move(id_token), rules = std::move(rules)](
                          Deadline deadline) { return verified(text, rules, deadline); },
                      std::move(token));
}

// A key that we do not know may have been published since: then the keys are fetched once more.
Result<IdToken> OidcProvider::verified(const std::string& text, const IdTokenRules& rules,
                                       Deadline deadline) {
    auto known = keys(Freshness::remembered_will_do, deadline);
    if (!known) return known.error();
    auto verdict = verify_id_token(**known, rules, text, clock_.now());
    if (verdict.key_is_unknown) {
        known = keys(Freshness::must_be_new, deadline);
        if (!known) return known.error();
        verdict = verify_id_token(**known, rules, text, clock_.now());
    }
    if (verdict.token) return std::move(*verdict.token);
    spdlog::info("an id token of {} was refused: {}", settings_.name, verdict.problem);
    return no_proof();
}

template <class T>
bool OidcProvider::is_fresh(const Remembered<T>& remembered) const {
    const auto age = clock_.now() - remembered.fetched_at;
    return remembered.value && age >= Duration{0} && age < keep;
}

template <class T>
bool OidcProvider::just_tried(const Remembered<T>& remembered) const {
    if (!remembered.tried_at) return false;
    const auto since = clock_.now() - *remembered.tried_at;
    return since >= Duration{0} && since < between_tries;
}

Result<OidcDoors> OidcProvider::doors(Deadline deadline) {
    const std::lock_guard lock(asking_doors_);
    if (is_fresh(doors_)) return *doors_.value;
    if (just_tried(doors_)) return away();
    doors_.tried_at = clock_.now();
    auto found = client_.doors(deadline);
    if (!found) {
        spdlog::warn("{}: {}", settings_.name, found.error().message);
        return found;
    }
    doors_ = {*found, clock_.now(), std::nullopt};
    return found;
}

// However many strangers show tokens with keys of their own, the provider is asked now and then.
Result<OidcProvider::Keys> OidcProvider::keys(Freshness freshness, Deadline deadline) {
    const std::lock_guard lock(asking_keys_);
    const bool will_do = freshness == Freshness::remembered_will_do || just_tried(keys_);
    if (is_fresh(keys_) && will_do) return *keys_.value;
    if (just_tried(keys_)) return away();
    keys_.tried_at = clock_.now();
    auto fetched = fetch_keys(deadline);
    if (!fetched) {
        spdlog::warn("{}: {}", settings_.name, fetched.error().message);
        return fetched;
    }
    keys_.value = *fetched;
    keys_.fetched_at = clock_.now();
    return fetched;
}

Result<OidcProvider::Keys> OidcProvider::fetch_keys(Deadline deadline) {
    const auto found = doors(deadline);
    if (!found) return found.error();
    const auto text = client_.keys(*found, deadline);
    if (!text) return text.error();
    auto keys = read_json_web_keys(*text);
    if (!keys || keys->empty())
        return Error{ErrorCode::unavailable,
                     "the provider publishes no key that can be used",
                     {},
                     retry_after_s};
    return std::make_shared<const std::vector<NamedKey>>(std::move(*keys));
}

}  // namespace souk
