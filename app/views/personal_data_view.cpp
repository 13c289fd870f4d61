#include "app/views/personal_data_view.hpp"

#include "app/views/personal_archive.hpp"
#include "app/views/security_audit.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

constexpr std::size_t archive_threads = 1;
constexpr std::size_t archives_waiting = 8;
constexpr int try_again_s = 10;

Error too_many_archives() {
    return {ErrorCode::unavailable, "too many archives are being made", {}, try_again_s};
}

}  // namespace

/// Somebody who asks to be erased, as they are now.
struct PersonalDataView::Asking {
    StoredUser stored;
    Session session;
    std::string password;
    Device device;
};

PersonalDataView::PersonalDataView(ReadPool& db, AccountsView& accounts, ApiKeysView& keys,
                                   const Clock& clock, IdSource& ids)
    : db_(db),
      accounts_(accounts),
      keys_(keys),
      clock_(clock),
      ids_(ids),
      archives_(archive_threads, archives_waiting) {}

void PersonalDataView::gather(SignedIn who, Promise<Result<std::string>> archive) {
    const bool waits = archives_.submit([this, who, archive](bool refused) {
        if (refused) return archive(too_many_archives());
        archive(personal_archive(db_, who, clock_.now()));
    });
    if (!waits) archive(too_many_archives());
}

void PersonalDataView::erase(SignedIn who, std::string password, Device device,
                             Promise<Result<void>> accepted) {
    const auto find = [who, password = std::move(password),
                       device = std::move(device)](Connection& db) -> Result<Asking> {
        const auto stored = find_user(db, who.user);
        if (!stored) return stored.error();
        const auto session = find_session(db, who.session);
        if (!session) return session.error();
        if (!*stored || !*session)
            return refuse(ErrorCode::unauthenticated, "the session has ended");
        return Asking{**stored, (*session)->session, password, device};
    };
    const auto erase_them = [this, accepted](const Asking& asking) {
        const auto& user = asking.stored.user;
        const auto rule = [now = clock_.now()](const User& before, std::int64_t others) {
            return erase_account(before, others, now);
        };
        carry_out({.user = user.id,
                   .doer = doer_of(user, asking.device.address, asking.device.request_id),
                   .rule = rule,
                   .audit_id = AuditId{ids_.next()},
                   .at = clock_.now()},
                  accepted);
    };
    db_.read(find, [this, erase_them, accepted](Result<Asking> asking) {
        if (!asking) return accepted(asking.error());
        prove(*asking, [asking = *asking, erase_them, accepted](Result<void> proved) {
            if (!proved) return accepted(proved.error());
            erase_them(asking);
        });
    });
}

void PersonalDataView::prove(Asking asking, std::function<void(Result<void>)> proved) {
    const bool has_password = !asking.stored.password_hash.empty();
    if (has_password && asking.password.empty())
        return proved(refuse(ErrorCode::invalid_input, "password", "is needed"));
    if (has_password)
        return accounts_.prove(asking.stored.user, std::move(asking.password),
                               std::move(asking.device), Promise<Result<void>>(std::move(proved)));
    if (!is_fresh(asking.session, clock_.now()))
        return proved(refuse(ErrorCode::forbidden,
                             "log in again: this needs a log-in of the last quarter of an hour"));
    proved({});
}

void PersonalDataView::erase_person(ManagedBy by, UserId id, std::string reason,
                                    Promise<Result<void>> accepted) {
    const auto rule = [manager = by.manager, now = clock_.now()](const User& user,
                                                                 std::int64_t others) {
        return souk::erase_person(manager, user, others, now);
    };
    carry_out({.user = id,
               .doer = std::move(by.doer),
               .rule = rule,
               .audit_id = AuditId{ids_.next()},
               .at = clock_.now(),
               .reason = std::move(reason)},
              std::move(accepted));
}

void PersonalDataView::carry_out(AccountErasure erasure, Promise<Result<void>> accepted) {
    const auto tenant = erasure.doer.tenant;
    const auto work = [erasure = std::move(erasure)](Connection& db) {
        return in_transaction(db, [&](Connection& inner) { return erase_account(inner, erasure); });
    };
    db_.read(work, [this, tenant, accepted](Result<ErasedAccount> erased) {
        if (!erased) return accepted(erased.error());
        accounts_.forget(erased->sessions);
        for (const auto& key : erased->keys) keys_.forget({tenant, key});
        accepted({});
    });
}

}  // namespace souk
