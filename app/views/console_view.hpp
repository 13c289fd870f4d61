#pragma once
// The console over the entity system, the rows and the server's numbers.

#include <functional>
#include <mutex>
#include <vector>

#include "app/views/console_actions.hpp"
#include "app/views/console_sampler.hpp"
#include "app/views/invariant_checks.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/console.hpp"

namespace souk {

/// Numbers of the HTTP server, which begins after the console.
struct ServerNumbers {
    std::int64_t connections{};
    std::int64_t requests_in_flight{};
};

struct ConsoleParts {
    EntitySystem& entities;
    ReadPool& reads;
    const HttpMetrics& metrics;
    const Health& health;
    const Clock& clock;
    std::int64_t max_live{};
    std::function<ServerNumbers()> server;
    std::function<void()> sampled;                     // every second, once the figures are new
    std::function<std::vector<RelayLine>()> relays{};  // their names and what only they know
};

class ConsoleView final : public Console {
public:
    explicit ConsoleView(ConsoleParts parts);

    /// From now on the last minutes are kept.
    void start();
    void stop() {
        sampler_.stop();
        actions_.stop();
    }

    void look() override { parts_.entities.watch().look(parts_.clock.now()); }
    bool watched() const override { return parts_.entities.watch().on(); }
    void request_done(RequestLine request) override;

    Overview overview(TimePoint since) override;
    std::vector<KindLine> kinds() override;
    std::vector<ActorLine> actors(const ActorQuery& query) override;
    void actor(EntityKind kind, std::string id, Promise<Result<ActorPage>> found) override;
    void supervisors(Promise<Result<SupervisorPage>> found) override;
    void invariants(Promise<Result<InvariantsPage>> found) override;
    Result<TracePage> trace(const std::string& request_id) override;
    void newest_audit(std::int64_t limit, Promise<Result<AuditPage>> page) override;
    void act(ConsoleWish wish, Promise<Result<ConsoleReport>> done) override;

private:
    struct Inspection;
    using InspectionPtr = std::shared_ptr<Inspection>;
    void read_its_row(const InspectionPtr& inspection);
    void inspect_again(const InspectionPtr& inspection);
    void read_history(const InspectionPtr& inspection);
    std::vector<RelayLine> relays() const;
    RelayWatch relay_watch() const;
    void answer_invariants(const Result<InvariantsPage>& page);

    ConsoleParts parts_;
    TimePoint started_at_;
    ConsoleSampler sampler_;
    ConsoleActions actions_;

    std::mutex mutex_;
    InvariantsPage last_invariants_;  // while it is fresh
    std::vector<Promise<Result<InvariantsPage>>> waiting_for_invariants_;
};

}  // namespace souk
