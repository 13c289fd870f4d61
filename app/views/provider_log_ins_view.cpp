#include "app/views/provider_log_ins_view.hpp"

#include "domain/provider_identity.hpp"
#include "http/digest.hpp"
#include "persistence/provider_log_in_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_identity_repository.hpp"
#include "persistence/user_repository.hpp"
#include "protocol/read_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

constexpr std::string_view purpose = "log-ins with providers";
constexpr std::string_view place = "the browser that began";

std::int64_t seconds_of(TimePoint time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

Digest proof_of(const Handshake& handshake) { return sha256({"state\n", handshake.state}); }
Digest proof_of(const IdToken& token) { return sha256({"id token\n", token.signed_text}); }

Error nobody_waits() {
    return refuse(ErrorCode::unauthenticated,
                  "nobody waits for this log-in in this browser: begin again");
}

Error used_before() {
    return refuse(ErrorCode::unauthenticated, "this was used to log in before: begin again");
}

Result<StoredUser> stored(Result<std::optional<StoredUser>> found) {
    if (!found) return found.error();
    if (!*found) return refuse(ErrorCode::unauthenticated, "the account is gone");
    return std::move(**found);
}

}  // namespace

ProviderLogInsView::ProviderLogInsView(Providers providers, AccountsView& accounts, ReadPool& db,
                                       const Clock& clock, IdSource& ids,
                                       ProviderLogInSettings settings)
    : providers_(std::move(providers)),
      accounts_(accounts),
      db_(db),
      clock_(clock),
      ids_(ids),
      settings_(std::move(settings)),
      key_(sealing_key(settings_.secret.empty() ? new_secret() : settings_.secret, purpose)) {}

Result<IdentityProvider*> ProviderLogInsView::find(const std::string& name) const {
    const auto at = providers_.find(name);
    if (at == providers_.end())
        return refuse(ErrorCode::not_found, "nobody logs in with such a provider here");
    return at->second;
}

std::optional<Handshake> ProviderLogInsView::unsealed(const std::string& cookie) const {
    const auto text = unseal(key_, place, cookie);
    if (!text) return std::nullopt;
    auto handshake = read_json<Handshake>(*text);
    if (!handshake) return std::nullopt;
    return std::move(*handshake);
}

void ProviderLogInsView::begin(TenantId tenant, std::string provider, Step step) {
    const auto asked = find(provider);
    if (!asked) return step(asked.error());
    const Handshake handshake{.provider = std::move(provider),
                              .tenant = tenant,
                              .state = new_secret(),
                              .nonce = new_secret(),
                              .verifier = new_secret(),
                              .ends_at_s = seconds_of(clock_.now() + settings_.handshake_lifetime)};
    const auto found =
        [step, cookie = seal(key_, place, write_json(handshake))](Result<std::string> address) {
            if (!address) return step(address.error());
            step(BrowserStep{std::move(*address), cookie});
        };
    (*asked)->address_for(handshake, Promise<Result<std::string>>(found));
}

// A return that this browser did not begin here, or not with this provider, is somebody else's.
Result<Handshake> ProviderLogInsView::checked(const ProviderReturn& back,
                                              const IdentityProvider& provider) const {
    auto handshake = unsealed(back.cookie);
    const bool is_expected = handshake && handshake->provider == back.provider &&
                             handshake->ends_at_s > seconds_of(clock_.now()) &&
                             same_secret(sha256({handshake->state}), sha256({back.state}));
    if (!is_expected) return nobody_waits();
    const bool is_of_another = !back.issuer.empty() && back.issuer != provider.issuer();
    if (is_of_another || back.code.empty())
        return refuse(ErrorCode::unauthenticated, "the provider did not log you in");
    return std::move(*handshake);
}

void ProviderLogInsView::come_back(ProviderReturn back, Device device, Step step) {
    const auto asked = find(back.provider);
    if (!asked) return step(asked.error());
    auto handshake = checked(back, **asked);
    if (!handshake) return step(handshake.error());
    const auto use = [this, handshake = *handshake, device](Connection& db) -> Result<bool> {
        if (auto admitted = accounts_.admit(db, handshake.tenant, device.address); !admitted)
            return admitted.error();
        return use_proof(db, proof_of(handshake), handshake.tenant,
                         TimePoint{std::chrono::seconds{handshake.ends_at_s}});
    };
    const auto redeemed = [this, handshake = *handshake, device, step](Result<IdToken> token) {
        if (token) return send_to_site(handshake, token->claims, step);
        if (token.error().code == ErrorCode::unavailable)
            accounts_.forgive(handshake.tenant, device.address);
        step(token.error());
    };
    db_.read(
        handshake->tenant, [use](Connection& db) { return in_transaction(db, use); },
        [provider = *asked, handshake = *handshake, back, step, redeemed](Result<bool> first) {
            if (!first) return step(first.error());
            if (!*first) return step(used_before());
            provider->redeem({back.code, back.issuer}, handshake,
                             Promise<Result<IdToken>>(redeemed));
        });
}

void ProviderLogInsView::send_to_site(const Handshake& handshake, const ProviderClaims& claims,
                                      Step step) {
    db_.read(
        handshake.tenant,
        [this, handshake, claims](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return code_for(inner, handshake, claims); });
        },
        [this, step](Result<std::string> code) {
            if (!code) return step(code.error());
            step(BrowserStep{settings_.site_url + "/#/signed-in/" + *code, {}});
        });
}

Result<std::string> ProviderLogInsView::code_for(Connection& db, const Handshake& handshake,
                                                 const ProviderClaims& claims) const {
    const auto account = account_of(db, handshake.tenant, claims);
    if (!account) return account.error();
    auto code = new_secret();
    const auto given = give_code(db, proof_of(handshake), sha256({code}), account->user.id,
                                 clock_.now() + settings_.code_lifetime);
    if (!given) return given.error();
    return code;
}

// Two at once for a new person wait for each other at the address, and end at one account.
Result<StoredUser> ProviderLogInsView::account_of(Connection& db, TenantId tenant,
                                                  const ProviderClaims& claims) const {
    const auto now = clock_.now();
    auto known = lock_user_of_identity(db, tenant, claims.issuer, claims.subject);
    if (!known) return known.error();
    if (!*known) {
        const auto email = vouched_email(claims);
        if (!email) return email.error();
        const StoredUser person{person_of(claims, *email, UserId{ids_.next()}, tenant, now), {}};
        if (auto made = insert_user(db, person); !made) return made.error();
        const auto same_address = stored(find_user(db, tenant, *email));
        if (!same_address) return same_address.error();
        const auto account = stored(lock_user(db, same_address->user.id));
        if (!account) return account.error();
        if (auto linked = may_link(account->user); !linked) return linked.error();
        const UserIdentity identity{tenant, claims.issuer, claims.subject, account->user.id};
        if (auto kept = insert_identity(db, identity, now); !kept) return kept.error();
        known = lock_user_of_identity(db, tenant, claims.issuer, claims.subject);
    }
    auto account = stored(std::move(known));
    if (!account) return account;
    if (auto allowed = may_log_in(account->user.state); !allowed) return allowed.error();
    return account;
}

void ProviderLogInsView::redeem(std::string code, std::string cookie, Device device,
                                Tokens tokens) {
    const auto handshake = unsealed(cookie);
    if (!handshake) return tokens(nobody_waits());
    const auto exchange = [proof = proof_of(*handshake), hash = sha256({code}),
                           now = clock_.now()](Connection& db) -> Result<StoredUser> {
        const auto user = redeem_code(db, proof, hash, now);
        if (!user) return user.error();
        if (!*user) return nobody_waits();
        return stored(find_user(db, **user));
    };
    db_.read(handshake->tenant, exchange,
             [this, device = std::move(device), tokens](Result<StoredUser> account) {
                 if (!account) return tokens(account.error());
                 accounts_.log_in_as(std::move(*account), device, tokens);
             });
}

void ProviderLogInsView::log_in(IdTokenLogIn wish, Device device, Tokens tokens) {
    const auto asked = find(wish.provider);
    if (!asked) return tokens(asked.error());
    const auto verified = [this, tenant = wish.tenant, device, tokens](Result<IdToken> token) {
        if (token) return log_in_once(tenant, *token, device, tokens);
        if (token.error().code == ErrorCode::unavailable) accounts_.forgive(tenant, device.address);
        tokens(token.error());
    };
    const auto tenant = wish.tenant;
    db_.read(
        tenant,
        [this, tenant, address = device.address](Connection& db) {
            return in_transaction(
                db, [&](Connection& inner) { return accounts_.admit(inner, tenant, address); });
        },
        [provider = *asked, text = std::move(wish.id_token), verified,
         tokens](Result<void> admitted) {
            if (!admitted) return tokens(admitted.error());
            provider->verify(text, Promise<Result<IdToken>>(verified));
        });
}

void ProviderLogInsView::log_in_once(TenantId tenant, const IdToken& token, Device device,
                                     Tokens tokens) {
    const auto apply = [this, tenant, token](Connection& db) -> Result<StoredUser> {
        const auto first = use_proof(db, proof_of(token), tenant, token.expires_at);
        if (!first) return first.error();
        if (!*first) return used_before();
        return account_of(db, tenant, token.claims);
    };
    db_.read(
        tenant, [apply](Connection& db) { return in_transaction(db, apply); },
        [this, device = std::move(device), tokens](Result<StoredUser> account) {
            if (!account) return tokens(account.error());
            accounts_.log_in_as(std::move(*account), device, tokens);
        });
}

}  // namespace souk
