#pragma once
// A console that shows nothing and remembers what it is told.

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/console.hpp"

namespace souk {

class FakeConsole final : public Console {
public:
    void look() override {}
    bool watched() const override { return is_watched; }
    void request_done(RequestLine request) override { requests.push_back(std::move(request)); }
    Overview overview(TimePoint) override { return {}; }
    std::vector<KindLine> kinds() override { return {}; }
    std::vector<ActorLine> actors(const ActorQuery&) override { return {}; }
    void actor(EntityKind, std::string, Promise<Result<ActorPage>>) override {}
    void supervisors(Promise<Result<SupervisorPage>>) override {}
    void invariants(Promise<Result<InvariantsPage>>) override {}
    Result<TracePage> trace(const std::string&) override { return TracePage{}; }
    void newest_audit(std::int64_t, Promise<Result<AuditPage>> page) override {
        if (asked_for_audit) asked_for_audit(std::move(page));
    }
    void act(ConsoleWish, Promise<Result<ConsoleReport>>) override {}

    std::atomic<bool> is_watched{false};
    std::function<void(Promise<Result<AuditPage>>)> asked_for_audit;
    std::vector<RequestLine> requests;
};

}  // namespace souk
