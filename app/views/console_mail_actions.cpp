// What operators do to mails that were given up. The mail's row and the audit's are one commit.

#include "app/mail_names.hpp"
#include "app/views/console_plan.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

MailState wished_state(const ConsoleWish& wish) {
    return wish.verb == ConsoleVerb::retry_mail ? MailState::waiting : MailState::dropped;
}

StateField state_field(MailState state) { return {"state", std::string{to_text(state)}}; }

Result<void> end_dead_letter(Connection& db, MailId id, MailState wished, const AuditEntry& audit,
                             TimePoint now) {
    const auto ended =
        wished == MailState::waiting ? retry_dead_mail(db, id, now) : drop_dead_mail(db, id);
    if (!ended) return ended.error();
    if (!*ended) return changed_meanwhile();
    return insert_audit(db, audit, now);
}

}  // namespace

void ConsoleActions::plan_for_mail(const PlanPtr& plan) {
    const auto id = parse_id<MailId>(plan->wish.id).value();
    reads_.read([id](Connection& db) { return find_mail(db, id); },
                [this, plan](Result<std::optional<StoredMail>> mail) {
                    if (!mail) return plan->refuse_with(mail.error());
                    if (!*mail)
                        return plan->refuse_with(refuse(ErrorCode::not_found, "no such mail"));
                    plan_for_mail(plan, **mail);
                });
}

void ConsoleActions::plan_for_mail(const PlanPtr& plan, const StoredMail& mail) {
    const auto wished = wished_state(plan->wish);
    plan->is_so_already = mail.state == wished;
    if (!plan->is_so_already && mail.state != MailState::dead)
        return plan->refuse_with(refuse(ErrorCode::conflict, "the mail is no dead letter: it is " +
                                                                 std::string{to_text(mail.state)}));
    plan->report.target = "mail " + plan->wish.id;
    plan->report.touched = plan->is_so_already ? 0 : 1;
    plan->report.before = {state_field(mail.state),
                           {"kind", std::string{to_text(mail.job.kind)}},
                           number_field("tries", mail.job.tries),
                           {"reason", mail.failure}};
    plan->report.after = {state_field(wished),
                          {"kind", std::string{to_text(mail.job.kind)}},
                          number_field("tries", wished == MailState::waiting ? 0 : mail.job.tries),
                          {"reason", mail.failure}};
    plan->by_rows = [this, id = mail.job.id, wished,
                     weak = std::weak_ptr<Plan>(plan)](const AuditEntry& audit) {
        const auto strong = weak.lock();
        // The next one's turn comes when the rows are written.
        auto turn = std::move(strong->turn);
        reads_.read(
            [id, wished, audit, now = clock_.now()](Connection& db) {
                return in_transaction(db, [&](Connection& inner) {
                    return end_dead_letter(inner, id, wished, audit, now);
                });
            },
            [strong, turn = std::move(turn)](Result<void> done) mutable {
                turn.reset();
                if (!done) return strong->refuse_with(done.error());
                strong->done(strong->report);
            });
    };
    carry_out(plan);
}

}  // namespace souk
