#include "actors/expiry_supervisor.hpp"

#include <algorithm>

namespace souk {
namespace {

constexpr Duration window = std::chrono::minutes{2};
constexpr Duration refill_interval = std::chrono::seconds{5};
constexpr std::size_t refill_limit = 10'000;
constexpr std::size_t burst = 256;  // what a restart finds overdue must not crowd out the buyers
constexpr Duration pause = std::chrono::milliseconds{25};
constexpr std::size_t max_known = 200'000;  // beyond it, the next refill finds the rest

}  // namespace

ExpirySupervisor::ExpirySupervisor(caf::actor_config& config, const Clock& clock,
                                   ExpiryDuties duties, ExpiryFigures& figures)
    : Supervisor(config, clock), duties_(std::move(duties)), figures_(figures) {}

// One command per reservation, and again after a refill if its rows still say it is open.
Duration ExpirySupervisor::work() {
    const auto present = now();
    for (std::size_t sent = 0; !due_.empty() && due_.begin()->first <= present; ++sent) {
        if (sent == burst) return pause;
        const auto reservation = due_.begin()->second;
        due_.erase(due_.begin());
        known_.erase(reservation.id);
        duties_.expire(reservation);
    }
    if (present >= next_refill_) refill();
    figures_.pending = static_cast<std::int64_t>(due_.size());
    auto next = next_refill_;
    if (!due_.empty()) next = std::min(next, due_.begin()->first);
    return next - present;
}

void ExpirySupervisor::refill() {
    next_refill_ = now() + refill_interval;
    horizon_ = now() + window;
    duties_.find_due(page_from_, horizon_, refill_limit,
                     [self = caf::actor{this}](Result<std::vector<DueReservation>> due) {
                         caf::anon_send(self, Letter{std::make_shared<DueLoaded>(std::move(due))});
                     });
}

// A full page has another behind it, read at once; after the last one the next refill begins anew,
// and finds what could not be closed.
void ExpirySupervisor::receive_due(const std::vector<DueReservation>& due) {
    for (const auto& reservation : due) add(reservation);
    if (due.size() < refill_limit || known_.size() >= max_known) {
        page_from_ = {};
        return;
    }
    const auto last = due.back().expires_at;
    page_from_ = last == page_from_ ? last + Duration{1} : last;
    refill();
}

void ExpirySupervisor::handle(LetterBody& body) {
    if (body.kind() == LetterKind::loaded) {
        const auto& loaded = static_cast<DueLoaded&>(body);
        if (loaded.due)
            receive_due(*loaded.due);
        else
            page_from_ = {};
        return;
    }
    for (const auto& reservation : static_cast<ReservationsOpened&>(body).reservations)
        if (reservation.expires_at < horizon_) add(reservation);
}

void ExpirySupervisor::add(const DueReservation& reservation) {
    if (known_.size() >= max_known) return;
    if (!known_.emplace(reservation.id, reservation.expires_at).second) return;
    due_.emplace(reservation.expires_at, reservation);
    figures_.pending = static_cast<std::int64_t>(due_.size());
    wake_at(reservation.expires_at);
}

}  // namespace souk
