#include "app/old_rows.hpp"

#include <spdlog/spdlog.h>

#include "app/views/idempotency_view.hpp"
#include "persistence/idempotency_repository.hpp"
#include "persistence/link_token_repository.hpp"
#include "persistence/lockout_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/outbox_repository.hpp"
#include "persistence/payment_repository.hpp"
#include "persistence/provider_log_in_repository.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/user_repository.hpp"

namespace souk {
namespace {

constexpr std::chrono::minutes interval{5};
constexpr std::int64_t piece = 10'000;
constexpr std::chrono::days keep_ended{1};  // sessions and tokens, lockouts that are over
constexpr std::chrono::days keep_mails{30};
constexpr std::chrono::days keep_unverified{30};
constexpr std::size_t sandbox_piece = 1'000;  // it cannot be asked meanwhile

}  // namespace

void OldRows::start() {
    rounds_.start(interval, [this] { forget(); });
}

void OldRows::forget() {
    purge(purge_idempotency_records, clock_.now() - IdempotencyView::keep);
    purge(purge_gateway_events, clock_.now() - keep_events_);
    purge(purge_refresh_tokens, clock_.now() - keep_ended);
    purge(purge_sessions, clock_.now() - keep_ended);
    purge(purge_links, clock_.now() - keep_ended);
    purge(purge_provider_log_ins, clock_.now() - keep_ended);
    purge(purge_lockouts, clock_.now() - keep_ended);
    purge(purge_unverified_users, clock_.now() - keep_unverified);
    purge(purge_mail_jobs, clock_.now() - keep_mails);
    purge(purge_events, clock_.now() - keep_outbox_);
    purge_sandbox();
}

// A full piece means that there is more; what fails is tried again next time.
void OldRows::purge(Purge purge_piece, TimePoint oldest) {
    reads_.read([purge_piece, oldest](Connection& db) { return purge_piece(db, oldest, piece); },
                [this, purge_piece, oldest](Result<std::int64_t> purged) {
                    if (purged && *purged == piece) purge(purge_piece, oldest);
                });
}

void OldRows::purge_sandbox() {
    if (sandbox_ == nullptr) return;
    const auto forgotten = sandbox_->forget(clock_.now() - keep_events_, sandbox_piece);
    if (!forgotten) spdlog::warn("{}", forgotten.error().message);
}

}  // namespace souk
