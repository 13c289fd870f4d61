#include "actors/reservations.hpp"

#include <algorithm>

#include "actors/keep_answer.hpp"

namespace souk {
namespace {

/// A refusal of a joint reservation: every short item, or the first refusal that is something else.
Error shortage(const JointResult& units) {
    Error error = units.refusals.front().second;
    error.details.clear();
    for (const auto& [index, refusal] : units.refusals) {
        if (refusal.code != ErrorCode::insufficient_stock) return refusal;
        error.details.push_back({"items[" + std::to_string(index) + "].quantity", refusal.message});
    }
    error.message = "not enough stock for one or more items";
    return error;
}

/// What to say of a reservation that has already ended, when it is asked to end in a certain way.
Result<Reservation> ended(const CloseMany& wish, const ReservationRows& rows) {
    const auto& first = rows.lines.front();
    Reservation reservation{wish.id, first.line.expires_at, first.state};
    for (const auto& line : rows.lines)
        if (line.state == wish.outcome) reservation.state = wish.outcome;
    if (reservation.state == wish.outcome) return reservation;
    if (wish.outcome == ReservationState::released &&
        reservation.state != ReservationState::confirmed)
        return reservation;  // nothing is held any more, which is all that was asked for
    if (reservation.state == ReservationState::expired)
        return refuse(ErrorCode::gone, "the reservation has expired");
    return refuse(ErrorCode::conflict, "the reservation has already been closed");
}

}  // namespace

void Reservations::commit(JointResult units, const AskContext& context, Answer answer,
                          Reply reply) {
    Submission submission;
    // No entity submits this: its way through the lane is told with one of those that prepared it.
    submission.record = units.prepared.back()->record();
    if (submission.record) submission.record->submitted_at = std::chrono::steady_clock::now();
    for (auto& prepared : units.prepared)
        prepared->hand_over(submission.change, submission.participants);
    answer.unchanged = submission.change.empty();
    submission.outcome = std::move(answer);
    keep_answer(submission.change, context, submission.outcome);
    submission.change.at = clock_.now();
    submission.reply = std::move(reply);
    lane_.submit(std::move(submission));
}

void Reservations::reserve(Ask<ReserveMany, Reservation> ask) {
    if (ask.command.units.size() == 1) {
        const auto key = ask.command.units.front().first;
        return stocks_.tell({ask.context.tenant, key},
                            std::make_shared<StockLetter>(std::move(ask)));
    }
    if (auto refusal = stocks_.refuse_new_work()) return ask.reply(std::move(*refusal));
    StockCommands commands;
    for (const auto& [key, quantity] : ask.command.units)
        commands.emplace_back(key, ReserveStock{.id = ask.command.id,
                                                .quantity = quantity,
                                                .expires_at = ask.command.expires_at,
                                                .cart_id = ask.command.cart_id});
    auto parts = parts_of(stocks_, ask.context.tenant, std::move(commands), ask.context.request_id);
    auto shared = std::make_shared<Ask<ReserveMany, Reservation>>(std::move(ask));
    prepare_jointly(parts, [this, shared](JointResult units) {
        if (!units.refusals.empty()) return shared->reply(shortage(units));
        const auto& wish = shared->command;
        auto answer = shared->render({wish.id, wish.expires_at, ReservationState::open});
        commit(std::move(units), shared->context, std::move(answer), std::move(shared->reply));
    });
}

void Reservations::close(Ask<CloseMany, Reservation> ask) {
    look_up_and_close(std::make_shared<Ask<CloseMany, Reservation>>(std::move(ask)), 1);
}

void Reservations::look_up_and_close(const CloseAsk& ask, int attempt) {
    rows_.load({ask->context.tenant, ask->command.id},
               [=, this](Result<std::optional<ReservationRows>> rows) {
                   if (!rows) return ask->reply(rows.error());
                   if (!*rows || (*rows)->lines.empty())
                       return ask->reply(refuse(ErrorCode::not_found, "no such reservation"));
                   close_open(ask, **rows, attempt);
               });
}

// The rows may be behind an actor that has just closed a line: then they are read again.
void Reservations::close_open(const CloseAsk& ask, const ReservationRows& rows, int attempt) {
    constexpr int max_attempts = 5;
    StockCommands commands;
    for (const auto& [line, state] : rows.lines) {
        if (line.order_id)
            return ask->reply(refuse(ErrorCode::forbidden, "the reservation belongs to an order"));
        if (state == ReservationState::open)
            commands.emplace_back(line.key,
                                  CloseReservation{ask->command.id, ask->command.outcome, {}});
    }
    if (commands.empty()) {
        const auto reservation = ended(ask->command, rows);
        if (!reservation) return ask->reply(reservation.error());
        auto answer = ask->render(*reservation);
        answer.unchanged = true;
        return ask->reply(std::move(answer));
    }
    const auto expires_at = rows.lines.front().line.expires_at;
    auto parts =
        parts_of(stocks_, ask->context.tenant, std::move(commands), ask->context.request_id);
    prepare_jointly(parts, [=, this](JointResult units) {
        if (units.refusals.empty()) {
            auto answer = ask->render({ask->command.id, expires_at, ask->command.outcome});
            return commit(std::move(units), ask->context, std::move(answer), std::move(ask->reply));
        }
        const auto& refusal = units.refusals.front().second;
        if (refusal.code != ErrorCode::not_found) return ask->reply(refusal);
        if (attempt >= max_attempts)
            return ask->reply(
                Error{ErrorCode::unavailable, "the reservation is being changed", {}, 1});
        read_again_after_commits(ask, attempt + 1);
    });
}

void Reservations::extend(const ReservationId& id, TimePoint until, AskContext context,
                          Reply reply) {
    rows_.load({context.tenant, id}, [=, this](Result<std::optional<ReservationRows>> rows) {
        if (!rows) return reply(rows.error());
        StockCommands commands;
        if (*rows) {
            for (const auto& [line, state] : (*rows)->lines) {
                if (line.order_id)
                    return reply(refuse(ErrorCode::forbidden, "the reservation is an order's"));
                if (state == ReservationState::open)
                    commands.emplace_back(line.key, ExtendReservation{id, until, {}});
            }
        }
        if (commands.empty()) return reply(refuse(ErrorCode::not_found, "no open reservation"));
        const auto parts =
            parts_of(stocks_, context.tenant, std::move(commands), context.request_id);
        prepare_jointly(parts, [=, this](JointResult units) {
            if (!units.refusals.empty()) return reply(units.refusals.front().second);
            commit(std::move(units), context, Answer{}, reply);
        });
    });
}

// What the rows do not say yet is on its way through the lane, before an empty change sent now.
void Reservations::read_again_after_commits(const CloseAsk& ask, int attempt) {
    Submission barrier;
    barrier.outcome = Answer{};
    barrier.reply = Reply{[=, this](Outcome outcome) {
        if (outcome)
            look_up_and_close(ask, attempt);
        else
            ask->reply(outcome.error());
    }};
    lane_.submit(std::move(barrier));
}

}  // namespace souk
