#include <algorithm>
#include <string>

#include "http/digest.hpp"
#include "http/routes/console_access.hpp"
#include "http/routes/routes.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/tenant_key.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

Task<Outcome> passivate_actor(Call& call);
Task<Outcome> restart_actor(Call& call);
Task<Outcome> quarantine_actor(Call& call);
Task<Outcome> release_actor(Call& call);
Task<Outcome> pause_kind(Call& call);
Task<Outcome> resume_kind(Call& call);
Task<Outcome> drain_server(Call& call);
Task<Outcome> resume_server(Call& call);
Task<Outcome> release_reservation(Call& call);
Task<Outcome> extend_reservation(Call& call);
Task<Outcome> retry_payment(Call& call);
Task<Outcome> give_up_payment(Call& call);
Task<Outcome> refund_order_now(Call& call);
Task<Outcome> retry_mail(Call& call);
Task<Outcome> drop_mail(Call& call);

Route action_route(std::string pattern, Handler handler, Access access,
                   std::string_view operation_id, std::string_view summary,
                   const DtoInfo& body = dto_info<ActionBody>) {
    return {.method = Method::post,
            .pattern = std::move(pattern),
            .handler = handler,
            .access = std::move(access),
            .doc = {.operation_id = operation_id,
                    .summary = summary,
                    .tag = "Console",
                    .errors = {ErrorCode::conflict, ErrorCode::unprocessable},
                    .body = &body,
                    .answer = &dto_info<Data<ConsoleReport>>}};
}

}  // namespace

void add_console_action_routes(Router& router) {
    const auto on_actor = [&](std::string verb, Handler handler, std::string_view operation_id,
                              std::string_view summary) {
        router.add(action_route("/admin/actors/{kind}/{actorId}/" + verb, handler,
                                console_operators(), operation_id, summary));
    };
    on_actor("passivate", passivate_actor, "passivateActor",
             "Let an actor leave memory when nothing of it is going on");
    on_actor("restart", restart_actor, "restartActor",
             "End an actor's life; the next message reads its rows");
    on_actor("quarantine", quarantine_actor, "quarantineActor",
             "Refuse commands for one entity; its committed state is shown still");
    on_actor("release", release_actor, "releaseActor", "End a quarantine");
    router.add(action_route("/admin/kinds/{kind}/pause", pause_kind, console_admins(), "pauseKind",
                            "Refuse commands for every entity of a kind"));
    router.add(action_route("/admin/kinds/{kind}/resume", resume_kind, console_admins(),
                            "resumeKind", "Take commands for a kind again"));
    router.add(action_route("/admin/drain", drain_server, console_admins(), "drainServer",
                            "Take no new work, finish what has begun, empty the memory"));
    router.add(action_route("/admin/resume", resume_server, console_admins(), "resumeServer",
                            "Take work again after a drain"));
    router.add(action_route("/admin/reservations/{reservationId}/release", release_reservation,
                            console_operators(), "releaseReservationNow",
                            "Give reserved units back now; an order's by cancelling it"));
    router.add(action_route("/admin/reservations/{reservationId}/extend", extend_reservation,
                            console_operators(), "extendReservation",
                            "Let a reservation last longer", dto_info<ExtendBody>));
    router.add(action_route("/admin/payments/{paymentId}/retry", retry_payment, console_operators(),
                            "retryPaymentNow",
                            "Try the step of a payment that waits again now, or a "
                            "refund that was given up",
                            dto_info<PaymentStepBody>));
    router.add(action_route("/admin/payments/{paymentId}/give-up", give_up_payment,
                            console_operators(), "giveUpPaymentStep",
                            "Try a payment's stuck step no more", dto_info<PaymentStepBody>));
    router.add(action_route("/admin/orders/{orderId}/refund", refund_order_now, console_operators(),
                            "refundOrderNow", "Give money of an order back",
                            dto_info<RefundNowBody>));
    router.add(action_route("/admin/mails/{mailId}/retry", retry_mail, console_operators(),
                            "retryMail", "Try to send a mail that was given up again"));
    router.add(action_route("/admin/mails/{mailId}/drop", drop_mail, console_operators(),
                            "dropMail", "Send a mail that was given up never"));
}

namespace {

using ReportFound = Result<ConsoleReport>;

/// Under an Idempotency-Key the same for every repeat, so that what was done is found again even
/// when the first answer could not be remembered.
std::optional<Uuid> id_of_repeats(Call& call, std::string_view what) {
    const auto key = call.request().header("idempotency-key");
    if (key.empty()) return std::nullopt;
    const auto digest = sha256({call.principal().actor(), "\n", what, "\n", key});
    Uuid uuid;
    std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x80);  // version 8
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

Task<Outcome> act(Call& call, ConsoleWish wish) {
    wish.audit_id = AuditId{call.services().ids.next()};
    if (const auto same = id_of_repeats(call, call.request_hash()))
        wish.audit_id_of_repeats = AuditId{*same};
    wish.actor = call.principal().actor();
    wish.actor_name = call.principal().name;
    wish.request_id = call.request_id();
    wish.address = call.request().remote_address;
    wish.tenant = call.principal().tenant;
    const auto report = co_await call.wait<ReportFound>([&](Promise<ReportFound> done) {
        call.services().console.act(std::move(wish), std::move(done));
    });
    if (!report) co_return report.error();
    co_return Answer{.body = write_json(Data<ConsoleReport>{*report})};
}

/// With the body that all actions have but one.
Task<Outcome> act_with_reason(Call& call, ConsoleWish wish) {
    const auto body = read_json<ActionBody>(call.request().body);
    if (!body) co_return body.error();
    wish.reason = body->reason;
    wish.dry_run = body->dry_run;
    co_return co_await act(call, std::move(wish));
}

Task<Outcome> act_on_kind(Call& call, ConsoleVerb verb) {
    const auto kind = parse_enum<EntityKind>(call.path("kind"));
    if (!kind) co_return refuse(ErrorCode::not_found, "there is nothing at this address");
    ConsoleWish wish{.verb = verb, .kind = kind, .id = std::string{call.path("actorId")}};
    co_return co_await act_with_reason(call, std::move(wish));
}

Task<Outcome> act_on_server(Call& call, ConsoleVerb verb) {
    ConsoleWish wish{.verb = verb};
    co_return co_await act_with_reason(call, std::move(wish));
}

Task<Outcome> passivate_actor(Call& call) { return act_on_kind(call, ConsoleVerb::passivate); }
Task<Outcome> restart_actor(Call& call) { return act_on_kind(call, ConsoleVerb::restart); }
Task<Outcome> quarantine_actor(Call& call) { return act_on_kind(call, ConsoleVerb::quarantine); }
Task<Outcome> release_actor(Call& call) { return act_on_kind(call, ConsoleVerb::release); }
Task<Outcome> pause_kind(Call& call) { return act_on_kind(call, ConsoleVerb::pause_kind); }
Task<Outcome> resume_kind(Call& call) { return act_on_kind(call, ConsoleVerb::resume_kind); }
Task<Outcome> drain_server(Call& call) { return act_on_server(call, ConsoleVerb::drain); }
Task<Outcome> resume_server(Call& call) { return act_on_server(call, ConsoleVerb::resume); }

/// An id as the console writes it: with its tenant, unless that is the default one.
template <class IdType>
Result<std::string> path_key(const Call& call, std::string_view name) {
    const auto key = tenant_key_of<IdType>(call.path(name));
    if (!key) return refuse(ErrorCode::not_found, "there is nothing at this address");
    return tenant_key_text(key->tenant, to_text(key->id));
}

Task<Outcome> release_reservation(Call& call) {
    const auto id = path_key<ReservationId>(call, "reservationId");
    if (!id) co_return id.error();
    ConsoleWish wish{.verb = ConsoleVerb::release_reservation, .id = *id};
    co_return co_await act_with_reason(call, std::move(wish));
}

Task<Outcome> extend_reservation(Call& call) {
    const auto id = path_key<ReservationId>(call, "reservationId");
    if (!id) co_return id.error();
    const auto body = read_json<ExtendBody>(call.request().body);
    if (!body) co_return body.error();
    ConsoleWish wish{.verb = ConsoleVerb::extend_reservation,
                     .id = *id,
                     .reason = body->reason,
                     .dry_run = body->dry_run,
                     .minutes = body->minutes};
    co_return co_await act(call, std::move(wish));
}

Task<Outcome> act_on_payment(Call& call, ConsoleVerb verb) {
    const auto id = call.path_id<PaymentId>("paymentId");
    if (!id) co_return id.error();
    const auto body = read_json<PaymentStepBody>(call.request().body);
    if (!body) co_return body.error();
    ConsoleWish wish{.verb = verb,
                     .id = to_text(*id),
                     .step = body->attempt_key,
                     .reason = body->reason,
                     .dry_run = body->dry_run};
    co_return co_await act(call, std::move(wish));
}

Task<Outcome> retry_payment(Call& call) { return act_on_payment(call, ConsoleVerb::retry_payment); }
Task<Outcome> give_up_payment(Call& call) {
    return act_on_payment(call, ConsoleVerb::give_up_payment);
}

Task<Outcome> refund_order_now(Call& call) {
    const auto id = path_key<OrderId>(call, "orderId");
    if (!id) co_return id.error();
    const auto body = read_json<RefundNowBody>(call.request().body);
    if (!body) co_return body.error();
    ConsoleWish wish{
        .verb = ConsoleVerb::refund_order,
        .id = *id,
        .reason = body->reason,
        .dry_run = body->dry_run,
        .amount = body->amount,
        .refund_id = RefundId{id_of_repeats(call, *id).value_or(call.services().ids.next())}};
    co_return co_await act(call, std::move(wish));
}

Task<Outcome> act_on_mail(Call& call, ConsoleVerb verb) {
    const auto id = call.path_id<MailId>("mailId");
    if (!id) co_return id.error();
    ConsoleWish wish{.verb = verb, .id = to_text(*id)};
    co_return co_await act_with_reason(call, std::move(wish));
}

Task<Outcome> retry_mail(Call& call) { return act_on_mail(call, ConsoleVerb::retry_mail); }
Task<Outcome> drop_mail(Call& call) { return act_on_mail(call, ConsoleVerb::drop_mail); }

}  // namespace
}  // namespace souk
