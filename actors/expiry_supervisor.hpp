#pragma once
// Gives units back when a reservation runs out. It keeps only what falls due soon, reads the rest
// from the rows, and so picks up after a restart whatever fell due meanwhile.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "actors/supervisor.hpp"
#include "domain/ids.hpp"
#include "domain/result.hpp"

namespace souk {

/// A reservation and the moment it runs out; an order's own reservation names the order.
struct DueReservation {
    ReservationId id;
    TimePoint expires_at;
    std::optional<OrderId> order_id;
    TenantId tenant{default_tenant};
};

/// New open reservations, told by the lane after each commit.
class ReservationsOpened : public LetterBody {
public:
    explicit ReservationsOpened(std::vector<DueReservation> list)
        : LetterBody(LetterKind::command), reservations(std::move(list)) {}
    std::vector<DueReservation> reservations;
};

/// What was due before the horizon, read from the rows.
class DueLoaded : public LetterBody {
public:
    explicit DueLoaded(Result<std::vector<DueReservation>> result)
        : LetterBody(LetterKind::loaded), due(std::move(result)) {}
    Result<std::vector<DueReservation>> due;
};

struct ExpiryFigures {
    std::atomic<std::int64_t> pending{0};  // known to fall due soon
};

/// What the supervisor needs from outside.
struct ExpiryDuties {
    /// Open reservations that fall due from a time on and before another, earliest first, at most
    /// so many.
    std::function<void(TimePoint from, TimePoint before, std::size_t limit,
                       std::function<void(Result<std::vector<DueReservation>>)>)>
        find_due;
    /// Ends one; idempotent. What fails is found again by the next look into the rows.
    std::function<void(const DueReservation&)> expire;
};

class ExpirySupervisor : public Supervisor {
public:
    ExpirySupervisor(caf::actor_config& config, const Clock& clock, ExpiryDuties duties,
                     ExpiryFigures& figures);
    const char* name() const override { return "expiry supervisor"; }

private:
    Duration work() override;
    void handle(LetterBody& body) override;
    void add(const DueReservation& reservation);
    void refill();
    void receive_due(const std::vector<DueReservation>& due);

    ExpiryDuties duties_;
    ExpiryFigures& figures_;
    std::multimap<TimePoint, DueReservation> due_;
    std::map<ReservationId, TimePoint> known_;  // so that a refill adds nothing twice
    TimePoint next_refill_{};
    TimePoint page_from_{};  // where the next page of a refill begins
    TimePoint horizon_{};
};

}  // namespace souk
