#pragma once
// Goes on with erasing people after their accounts: carts, orders, what is remembered of them, the
// personal parts of the audit. Each step is a row that says how far it has come, so that a crash
// costs one piece done twice, and every piece may be done twice. What fails waits and is tried
// again, for as long as it takes.

#include <atomic>
#include <optional>
#include <string>

#include "actors/supervisor_deeds.hpp"
#include "app/views/periodic.hpp"
#include "persistence/erasure_repository.hpp"
#include "protocol/entities.hpp"

namespace souk {

/// Who changes what is in memory.
struct EraserReach {
    Carts& carts;
    Orders& orders;
};

class Eraser {
public:
    /// All must outlive it, `deeds` too if there are any.
    Eraser(ConnectionOptions database, EraserReach reach, const Clock& clock,
           SupervisorDeeds* deeds = nullptr);
    ~Eraser() { stop(); }

    void start();
    void stop();
    /// Takes the erasure that is due for longest one piece further. False when none is due.
    Result<bool> go_on();

private:
    void round();
    Result<void> connect();
    /// How far it is after its next piece.
    Result<Erasure> do_piece(Connection& db, Erasure erasure);
    Result<Erasure> leave_carts(Connection& db, Erasure erasure);
    Result<Erasure> anonymise_orders(Connection& db, Erasure erasure);
    Result<Erasure> clean_audit(Connection& db, Erasure erasure);
    Result<bool> note_failure(Erasure erasure, const Error& error);
    void tell(const Erasure& erasure, const std::string& what, const std::string& detail) const;

    const ConnectionOptions database_;
    const EraserReach reach_;
    const Clock& clock_;
    SupervisorDeeds* const deeds_;
    std::optional<Connection> db_;
    std::atomic<bool> stopping_{false};
    Periodic rounds_;
};

}  // namespace souk
