#pragma once
// One OpenID provider: its description and keys, remembered for a while, and threads of its own
// that wait for it, so that one which hangs holds up nobody else.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/views/identity_provider.hpp"
#include "app/work_pool.hpp"
#include "domain/time.hpp"
#include "gateways/oidc_client.hpp"

namespace souk {

struct OidcProviderSettings {
    std::string name;
    OidcClientOptions client;
    std::vector<std::string> audiences;  // client ids whose id tokens are taken, ours first
    std::string redirect_uri;
    std::chrono::milliseconds time_limit{8'000};  // of one log-in, waiting included
    std::size_t threads{2};
    std::size_t queue{64};
};

class OidcProvider final : public IdentityProvider {
public:
    OidcProvider(OidcProviderSettings settings, const Clock& clock);

    void start() { pool_.start(); }
    void stop() { pool_.stop(); }

    const std::string& name() const { return settings_.name; }
    const std::string& issuer() const override { return settings_.client.issuer; }
    void address_for(const Handshake& handshake, Promise<Result<std::string>> address) override;
    void redeem(ReturnedCode returned, Handshake handshake,
                Promise<Result<IdToken>> token) override;
    void verify(std::string id_token, Promise<Result<IdToken>> token) override;

private:
    using Keys = std::shared_ptr<const std::vector<NamedKey>>;
    enum class Freshness { remembered_will_do, must_be_new };

    /// Something that was fetched, and when it was tried last.
    template <class T>
    struct Remembered {
        std::optional<T> value;
        TimePoint fetched_at{};
        std::optional<TimePoint> tried_at;
    };

    /// Runs `ask(deadline)` on the pool and gives its result to `done`.
    template <class T, class Ask>
    void wait_for(Ask ask, Promise<Result<T>> done);
    Result<OidcDoors> doors(Deadline deadline);
    Result<Keys> keys(Freshness freshness, Deadline deadline);
    Result<Keys> fetch_keys(Deadline deadline);
    Result<IdToken> verified(const std::string& text, const IdTokenRules& rules, Deadline deadline);
    template <class T>
    bool is_fresh(const Remembered<T>& remembered) const;
    /// True when there was a try just now: the next one waits, whoever asks for it.
    template <class T>
    bool just_tried(const Remembered<T>& remembered) const;

    const OidcProviderSettings settings_;
    const Clock& clock_;
    OidcClient client_;
    // Held while the provider is asked: one asks, and the others wait. Keys before doors.
    std::mutex asking_keys_;
    std::mutex asking_doors_;
    Remembered<Keys> keys_;
    Remembered<OidcDoors> doors_;
    WorkPool pool_;  // the last: its threads end before what they use
};

}  // namespace souk
