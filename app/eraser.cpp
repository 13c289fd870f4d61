#include "app/eraser.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <future>

#include "app/audit_sealer.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

constexpr std::chrono::milliseconds interval{500};
constexpr std::chrono::minutes statement_limit{1};  // remembered answers are looked through
constexpr std::int64_t piece = 100;
constexpr std::int64_t audit_piece = 1'000;

/// Waits until an entity's change is on disk. What is not there has nothing to tell of anybody.
template <class State, class Entities, class Id, class Command>
Result<void> tell_and_wait(Entities& entities, const TenantId& tenant, const Id& id,
                           Command command) {
    std::promise<Outcome> given;
    auto answer = given.get_future();
    AskContext context;
    context.request_id = "erasure";
    context.actor = "system";
    context.tenant = tenant;
    entities.tell(id,
                  {std::move(command), std::move(context), [](const State&) { return Answer{}; },
                   Reply{[&given](Outcome outcome) { given.set_value(std::move(outcome)); }}});
    const auto outcome = answer.get();
    if (outcome || outcome.error().code == ErrorCode::not_found) return {};
    return outcome.error();
}

/// Behind the page that is done: further on in the step, or at the next.
template <class Id>
Erasure behind(Erasure erasure, const std::vector<Id>& page) {
    if (std::ssize(page) == piece) {
        erasure.cursor = page.back().uuid;
        return erasure;
    }
    erasure.cursor.reset();
    erasure.step = after(erasure.step);
    return erasure;
}

ConnectionOptions patient(ConnectionOptions database) {
    database.statement_timeout = statement_limit;
    return database;
}

std::string order_refusal(const OrderId& id, const Error& error) {
    return to_text(id) + ": " + error.message;
}

/// The chain must cover the digests, and that somebody was erased, before parts go.
Result<void> seal_all(Connection& db) {
    for (;;) {
        const auto sealed = seal_piece(db, audit_piece);
        if (!sealed) return sealed.error();
        if (*sealed < audit_piece) return {};
    }
}

}  // namespace

Eraser::Eraser(ConnectionOptions database, EraserReach reach, const Clock& clock,
               SupervisorDeeds* deeds)
    : database_(patient(std::move(database))), reach_(reach), clock_(clock), deeds_(deeds) {}

void Eraser::start() {
    rounds_.start(interval, [this] { round(); });
}

void Eraser::stop() {
    stopping_ = true;
    rounds_.stop();
}

void Eraser::round() {
    bool more = true;
    while (more && !stopping_) {
        const auto went_on = go_on();
        if (!went_on && went_on.error().code != ErrorCode::unavailable)
            spdlog::error("erasing: {}", went_on.error().message);
        more = went_on && *went_on;
    }
}

Result<void> Eraser::connect() {
    if (db_ && db_->usable()) return {};
    db_.reset();
    auto opened = Connection::open(database_);
    if (!opened) return opened.error();
    db_.emplace(std::move(*opened));
    return {};
}

Result<bool> Eraser::go_on() {
    try {
        if (auto connected = connect(); !connected) return connected.error();
        std::optional<Erasure> taken;
        const auto done = in_transaction(*db_, [&](Connection& db) -> Result<bool> {
            const auto due = lock_due_erasure(db, clock_.now());
            if (!due) return due.error();
            if (!*due) return false;
            taken = **due;
            auto next = do_piece(db, **due);
            if (!next) return next.error();
            if (next->step == ErasureStep::done) {
                if (auto ended = finish_erasure(db, next->user, clock_.now()); !ended)
                    return ended.error();
                tell(*next, "erased", "");
                return true;
            }
            next->tries = 0;
            next->failure.clear();
            if (auto saved = save_erasure(db, *next); !saved) return saved.error();
            return true;
        });
        if (done || !taken) return done;
        return note_failure(*taken, done.error());
    } catch (const std::exception& error) {
        db_.reset();
        return refuse(ErrorCode::internal, error.what());
    }
}

Result<Erasure> Eraser::do_piece(Connection& db, Erasure erasure) {
    switch (erasure.step) {
        case ErasureStep::carts:
            return leave_carts(db, std::move(erasure));
        case ErasureStep::orders:
            return anonymise_orders(db, std::move(erasure));
        case ErasureStep::audit:
            return clean_audit(db, std::move(erasure));
        case ErasureStep::done:
            break;
    }
    return erasure;
}

Result<Erasure> Eraser::leave_carts(Connection& db, Erasure erasure) {
    const auto page = find_carts_of_user(db, erasure.tenant, erasure.user, erasure.cursor, piece);
    if (!page) return page.error();
    for (const auto& id : *page) {
        if (stopping_) return refuse(ErrorCode::unavailable, "the server stops");
        const auto left =
            tell_and_wait<Cart>(reach_.carts, erasure.tenant, id, CartCommand{LeaveCart{}});
        if (!left) return left.error();
    }
    return behind(std::move(erasure), *page);
}

// Only anonymous orders write no more mails and answers, so those go after them.
Result<Erasure> Eraser::anonymise_orders(Connection& db, Erasure erasure) {
    const auto page = find_orders_of_user(db, erasure.tenant, erasure.user, erasure.cursor, piece);
    if (!page) return page.error();
    for (const auto& id : *page) {
        if (stopping_) return refuse(ErrorCode::unavailable, "the server stops");
        const auto done = tell_and_wait<Order>(reach_.orders, erasure.tenant, id,
                                               OrderCommand{AnonymiseOrder{"system"}});
        if (!done) return refuse(done.error().code, order_refusal(id, done.error()));
    }
    if (auto gone = delete_traces_of_orders(db, erasure.tenant, *page); !gone) return gone.error();
    if (auto sealed = seal_all(db); !sealed) return sealed.error();
    if (auto gone = erase_from_audit(db, erasure.tenant, erasure.user, *page); !gone)
        return gone.error();
    return behind(std::move(erasure), *page);
}

// What a request of theirs wrote while the account was closing goes last.
Result<Erasure> Eraser::clean_audit(Connection& db, Erasure erasure) {
    if (auto sealed = seal_all(db); !sealed) return sealed.error();
    const auto erased = erase_from_audit(db, erasure.tenant, erasure.user, audit_piece);
    if (!erased) return erased.error();
    if (*erased == audit_piece) return erasure;
    if (auto deleted = delete_rows_of_user(db, erasure.user); !deleted) return deleted.error();
    if (auto deleted = delete_answers_to(db, erasure.tenant, erasure.user); !deleted)
        return deleted.error();
    erasure.step = after(erasure.step);
    return erasure;
}

Result<bool> Eraser::note_failure(Erasure erasure, const Error& error) {
    if (stopping_) return false;
    erasure.failure = error.message;
    erasure.due_at = clock_.now() + longest_wait(erasure_retry, ++erasure.tries);
    if (auto saved = save_erasure(*db_, erasure); !saved) return saved.error();
    spdlog::warn("erasing {}: {}", to_text(erasure.user), error.message);
    tell(erasure, "failed", error.message);
    return true;
}

void Eraser::tell(const Erasure& erasure, const std::string& what,
                  const std::string& detail) const {
    if (deeds_ == nullptr) return;
    deeds_->note({clock_.now(), SupervisorKind::erasures, what, to_text(erasure.user), detail});
}

}  // namespace souk
