#pragma once
// The console's pages about supervisors, invariants and single requests.

#include "protocol/console_json.hpp"

namespace souk {

template <>
struct Schema<DueReservationLine> {
    static constexpr std::string_view name = "DueReservation";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &DueReservationLine::id, "Shortened where it is a secret to the caller."),
        field("expiresAt", &DueReservationLine::expires_at, "Then its units are free."),
        field("orderId", &DueReservationLine::order_id, "The order it is for."));
};

template <>
struct Schema<PaymentLine> {
    static constexpr std::string_view name = "DuePayment";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("paymentId", &PaymentLine::payment_id, "The payment."),
        field("orderId", &PaymentLine::order_id, "Its order."),
        field("orderNumber", &PaymentLine::order_number, "For people."),
        field("attemptKey", &PaymentLine::attempt_key, "Names the step."),
        field("step", &PaymentLine::step, "What is wanted of the gateway."),
        field("tries", &PaymentLine::tries, "So far."),
        field("stuck", &PaymentLine::stuck, "Does it wait for an operator?"),
        field("givenUp", &PaymentLine::given_up, "A refund that may be taken up again?"),
        field("dueAt", &PaymentLine::due_at, "When it is tried again, or was last."),
        field("reason", &PaymentLine::reason, "Of the last answer.", {.null_when_empty = true}));
};

template <>
struct Schema<RelayLine> {
    static constexpr std::string_view name = "Relay";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("name", &RelayLine::name, "Who passes events on."),
        field("cursor", &RelayLine::cursor, "The last event that it has passed on."),
        field("head", &RelayLine::head, "The last event there is."),
        field("behind", &RelayLine::behind, "Events between the two."),
        field("behindSeconds", &RelayLine::behind_seconds, "How long the first of them waits."),
        field("passedOn", &RelayLine::passed_on, "Events of its own since the start."),
        field("lastError", &RelayLine::last_error, "Null when the last round went well.",
              {.null_when_empty = true}),
        field("lastErrorAt", &RelayLine::last_error_at, "When one last did not."));
};

template <>
struct Schema<DeadMailLine> {
    static constexpr std::string_view name = "DeadMail";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &DeadMailLine::id, "The mail."),
        field("kind", &DeadMailLine::kind, "What it says."),
        field("recipient", &DeadMailLine::recipient, "Shortened: whose mail is nobody's business."),
        field("about", &DeadMailLine::about, "The order.", {.null_when_empty = true}),
        field("tries", &DeadMailLine::tries, "Before it was given up."),
        field("createdAt", &DeadMailLine::created_at, "When it was wished for."),
        field("diedAt", &DeadMailLine::died_at, "When it was given up."),
        field("reason", &DeadMailLine::reason, "Why."));
};

template <>
struct Schema<SupervisorDeed> {
    static constexpr std::string_view name = "SupervisorDeed";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("at", &SupervisorDeed::at, "When."),
        field("supervisor", &SupervisorDeed::supervisor, "Who."),
        field("what", &SupervisorDeed::what, "Did what."),
        field("subject", &SupervisorDeed::subject,
              "To what; shortened where it is a secret to the caller."),
        field("detail", &SupervisorDeed::detail, "More of it.", {.null_when_empty = true}));
};

template <>
struct Schema<ErasureLine> {
    static constexpr std::string_view name = "Erasure";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("userId", &ErasureLine::user, "Whose traces are erased."),
        field("step", &ErasureLine::step, "What is being erased."),
        field("requestedAt", &ErasureLine::requested_at, "When it was asked for."),
        field("dueAt", &ErasureLine::due_at, "When it goes on."),
        field("tries", &ErasureLine::tries, "How often it has failed in a row."),
        field("reason", &ErasureLine::reason, "Why, the last time.", {.null_when_empty = true}));
};

template <>
struct Schema<SupervisorPage> {
    using Page = SupervisorPage;
    static constexpr std::string_view name = "Supervisors";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("reservationsDueSoon", &Page::reservations_due_soon, "Known to run out soon."),
        field("reservationsExpired", &Page::reservations_expired, "Since the start."),
        field("reservations", &Page::reservations, "The next to run out."),
        field("paymentsTakenUp", &Page::payments_taken_up, "Since the start."),
        field("payments", &Page::payments,
              "Stuck ones, then what is due next, then refunds that were given up."),
        field("outboxSequence", &Page::outbox_sequence, "Of the last event."),
        field("relays", &Page::relays, "Who passes events on."),
        field("mailsWaiting", &Page::mails_waiting, "To be sent, or to be tried again."),
        field("mailsRetrying", &Page::mails_retrying, "Those of them that have failed before."),
        field("mailsDead", &Page::mails_dead, "Given up, until an operator retries or drops them."),
        field("deadMails", &Page::dead_mails, "The newest of these."),
        field("erasuresWaiting", &Page::erasures_waiting, "People whose traces are being erased."),
        field("erasures", &Page::erasures, "The next of these."),
        field("history", &Page::history, "What supervisors did lately, newest first."));
};

template <>
struct Schema<InvariantDifference> {
    static constexpr std::string_view name = "InvariantDifference";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("rule", &InvariantDifference::rule, "What does not hold."),
                        field("subject", &InvariantDifference::subject, "For what."),
                        field("expected", &InvariantDifference::expected, "What it ought to be."),
                        field("found", &InvariantDifference::found, "What it is."));
};

template <>
struct Schema<InvariantLine> {
    static constexpr std::string_view name = "Invariant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("name", &InvariantLine::name, "What has to hold."),
        field("state", &InvariantLine::state, "Does it?"),
        field("detail", &InvariantLine::detail, "Why that is not known.",
              {.null_when_empty = true}),
        microseconds("tookUs", &InvariantLine::took_ns, "To find out."),
        field("more", &InvariantLine::more, "Are there more differences than these?"),
        field("differences", &InvariantLine::differences, "The rows that differ."));
};

template <>
struct Schema<InvariantsPage> {
    static constexpr std::string_view name = "Invariants";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("at", &InvariantsPage::at, "When they were checked."),
                        field("invariants", &InvariantsPage::invariants, ""));
};

template <>
struct Schema<RequestLine> {
    static constexpr std::string_view name = "TracedRequest";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("at", &RequestLine::at, "When it was answered."),
                        field("method", &RequestLine::method, "As GET."),
                        field("route", &RequestLine::route, "Its pattern."),
                        field("status", &RequestLine::status, "Of the answer."),
                        microseconds("tookUs", &RequestLine::took_ns, "In all."));
};

template <>
struct Schema<TracePage> {
    static constexpr std::string_view name = "Trace";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("requestId", &TracePage::request_id, "The request."),
        field("request", &TracePage::request, "Null when it is not answered yet."),
        field("messages", &TracePage::messages, "Oldest first."),
        field("incomplete", &TracePage::incomplete,
              "May messages be missing? Then it began before anybody looked, or more have been "
              "handled since than are kept."),
        microseconds("queueUs", &TracePage::queue_ns, "In mailboxes."),
        microseconds("handlerUs", &TracePage::handler_ns, "In actors."),
        microseconds("laneUs", &TracePage::lane_ns, "On the way to the database."),
        microseconds("commitUs", &TracePage::commit_ns, "In commits."),
        microseconds("elsewhereUs", &TracePage::elsewhere_ns,
                     "What none of these explains; null when that is not known."));
};

}  // namespace souk
