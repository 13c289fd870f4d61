#pragma once
// Reservations of many SKUs at once: made all or nothing, closed all or nothing.

#include <memory>
#include <vector>

#include "actors/lane.hpp"
#include "actors/load_queue.hpp"
#include "actors/stock_actor.hpp"
#include "domain/time.hpp"
#include "protocol/entities.hpp"

namespace souk {

/// The rows of one reservation, open or closed.
struct ReservationRows {
    struct Line {
        ReservationLine line;
        ReservationState state{ReservationState::open};
    };
    std::vector<Line> lines;
};

using ReservationLoads = LoadQueue<OfTenant<ReservationId>, ReservationRows>;

class Reservations {
public:
    Reservations(StockRegistry& stocks, Lane& lane, ReservationLoads& rows, const Clock& clock)
        : stocks_(stocks), lane_(lane), rows_(rows), clock_(clock) {}

    /// See Stocks::reserve.
    void reserve(Ask<ReserveMany, Reservation> ask);
    /// See Stocks::close.
    void close(Ask<CloseMany, Reservation> ask);
    /// Lets all open lines of a reservation last until then. `not_found` when it is not open,
    /// `forbidden` when it belongs to an order.
    void extend(const ReservationId& id, TimePoint until, AskContext context, Reply reply);

private:
    using CloseAsk = std::shared_ptr<Ask<CloseMany, Reservation>>;
    void close_open(const CloseAsk& ask, const ReservationRows& rows, int attempt);
    void look_up_and_close(const CloseAsk& ask, int attempt);
    void read_again_after_commits(const CloseAsk& ask, int attempt);
    void commit(JointResult units, const AskContext& context, Answer answer, Reply reply);

    StockRegistry& stocks_;
    Lane& lane_;
    ReservationLoads& rows_;
    const Clock& clock_;
};

}  // namespace souk
