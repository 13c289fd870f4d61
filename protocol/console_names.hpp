#pragma once
// How the console writes kinds, sorts, states and verbs; and times, which are in microseconds.

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "protocol/console.hpp"
#include "protocol/fields.hpp"

namespace souk {

template <>
struct EnumNames<EntityKind> {
    static constexpr std::array<std::pair<EntityKind, std::string_view>, entity_kinds> names{{
        {EntityKind::stock, "stock"},
        {EntityKind::cart, "cart"},
        {EntityKind::order, "order"},
        {EntityKind::discount, "discount"},
    }};
};
template <>
struct EnumNames<ActorSort> {
    static constexpr std::array<std::pair<ActorSort, std::string_view>, 4> names{{
        {ActorSort::mailbox, "mailbox"},
        {ActorSort::rate, "rate"},
        {ActorSort::slowest, "slowest"},
        {ActorSort::restarts, "restarts"},
    }};
};
template <>
struct EnumNames<StateAgreement> {
    static constexpr std::array<std::pair<StateAgreement, std::string_view>, 5> names{{
        {StateAgreement::not_in_memory, "not_in_memory"},
        {StateAgreement::no_row, "no_row"},
        {StateAgreement::same, "same"},
        {StateAgreement::under_way, "under_way"},
        {StateAgreement::differs, "differs"},
    }};
};
template <>
struct EnumNames<InvariantState> {
    static constexpr std::array<std::pair<InvariantState, std::string_view>, 3> names{{
        {InvariantState::holds, "holds"},
        {InvariantState::broken, "broken"},
        {InvariantState::unknown, "unknown"},
    }};
};
template <>
struct EnumNames<ConsoleVerb> {
    static constexpr std::array<std::pair<ConsoleVerb, std::string_view>, 15> names{{
        {ConsoleVerb::passivate, "actors.passivate"},
        {ConsoleVerb::restart, "actors.restart"},
        {ConsoleVerb::quarantine, "actors.quarantine"},
        {ConsoleVerb::release, "actors.release"},
        {ConsoleVerb::pause_kind, "kinds.pause"},
        {ConsoleVerb::resume_kind, "kinds.resume"},
        {ConsoleVerb::drain, "server.drain"},
        {ConsoleVerb::resume, "server.resume"},
        {ConsoleVerb::release_reservation, "reservations.release"},
        {ConsoleVerb::extend_reservation, "reservations.extend"},
        {ConsoleVerb::retry_payment, "payments.retry"},
        {ConsoleVerb::give_up_payment, "payments.give-up"},
        {ConsoleVerb::refund_order, "orders.refund"},
        {ConsoleVerb::retry_mail, "mails.retry"},
        {ConsoleVerb::drop_mail, "mails.drop"},
    }};
};
template <>
struct EnumNames<SupervisorKind> {
    static constexpr std::array<std::pair<SupervisorKind, std::string_view>, supervisor_kinds>
        names{{
            {SupervisorKind::reservations, "reservations"},
            {SupervisorKind::payments, "payments"},
            {SupervisorKind::mails, "mails"},
            {SupervisorKind::relays, "relays"},
            {SupervisorKind::erasures, "erasures"},
        }};
};

constexpr std::int64_t in_us(std::int64_t nanoseconds) { return nanoseconds / 1000; }
constexpr std::optional<std::int64_t> in_us(const std::optional<std::int64_t>& nanoseconds) {
    return nanoseconds ? std::optional{in_us(*nanoseconds)} : std::nullopt;
}

/// A field in microseconds of a member in nanoseconds.
template <class Whole, class Member>
constexpr auto microseconds(std::string_view name, Member Whole::*member, std::string_view doc) {
    return field(
        name, [member](const Whole& whole) { return in_us(whole.*member); }, doc);
}

}  // namespace souk
