#pragma once
// Takes up payment steps whose time has come: nobody answered, or they are to be tried again. It
// keeps nothing: what is due stands in the rows, and so a restart picks up where the last server
// ended. An order that has been told is told again until its rows say otherwise.

#include <functional>
#include <string>
#include <vector>

#include "actors/supervisor.hpp"
#include "domain/ids.hpp"
#include "domain/result.hpp"

namespace souk {

struct DueAttempt {
    OrderId order_id;
    std::string key;
    TenantId tenant{default_tenant};
};

/// What the supervisor needs from outside.
struct PaymentDuties {
    /// Open attempts that are due by a time, earliest first, at most so many.
    std::function<void(TimePoint by, std::size_t limit,
                       std::function<void(Result<std::vector<DueAttempt>>)>)>
        find_due;
    /// Takes one up; idempotent.
    std::function<void(const DueAttempt&)> take_up;
};

class PaymentSupervisor : public Supervisor {
public:
    PaymentSupervisor(caf::actor_config& config, const Clock& clock, PaymentDuties duties)
        : Supervisor(config, clock), duties_(std::move(duties)) {}
    const char* name() const override { return "payment supervisor"; }

private:
    Duration work() override;
    void handle(LetterBody& body) override;

    PaymentDuties duties_;
    bool asking_{false};
};

}  // namespace souk
