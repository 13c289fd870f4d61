#include "app/views/account_erasure.hpp"

#include "app/views/lockout_subjects.hpp"
#include "app/views/security_audit.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/erasure_repository.hpp"
#include "persistence/people_repository.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/user_repository.hpp"

namespace souk {
namespace {

constexpr std::int64_t most_orders_told = 20;
constexpr std::int64_t most_addresses = 1'000;  // the rest of their counters ends within days

Error no_such_user() { return refuse(ErrorCode::not_found, "no such user"); }

Result<void> no_order_under_way(Connection& db, const User& user) {
    const auto orders = find_open_orders_of(db, user.tenant, user.id, most_orders_told);
    if (!orders) return orders.error();
    if (orders->empty()) return {};
    auto refusal = refuse(ErrorCode::conflict,
                          "orders are still under way: an account is erased once they have ended");
    for (const auto& order : *orders)
        refusal.details.push_back({to_text(order.id), order.number + " has not ended"});
    return refusal;
}

Result<void> forget_attempts(Connection& db, const User& user) {
    const auto addresses = find_network_addresses(db, user.tenant, user.id, most_addresses);
    if (!addresses) return addresses.error();
    std::vector<Digest> subjects;
    for (const auto& address : *addresses)
        subjects.push_back(lockout_subjects(user.email, address).account);
    return delete_lockouts(db, user.tenant, subjects);
}

Result<void> forget_account(Connection& db, const User& before, const User& erased) {
    if (auto saved = save_erased(db, erased); !saved) return saved;
    if (auto deleted = delete_rows_of_user(db, before.id); !deleted) return deleted;
    return delete_mails_to(db, before.tenant, before.email);
}

}  // namespace

// Counters are locked before people, as by whoever logs in, and super admins before their victim,
// as in people_view.cpp: everybody takes them in one order.
Result<ErasedAccount> erase_account(Connection& db, const AccountErasure& erasure) {
    const auto tenant = erasure.doer.tenant;
    const auto first_look = find_user(db, erasure.user);
    if (!first_look) return first_look.error();
    if (!*first_look || (*first_look)->user.tenant != tenant) return no_such_user();
    if (auto forgotten = forget_attempts(db, (*first_look)->user); !forgotten)
        return forgotten.error();
    const auto others = lock_other_super_admins(db, tenant, erasure.user);
    if (!others) return others.error();
    const auto found = lock_user(db, erasure.user);
    if (!found) return found.error();
    if (!*found) return no_such_user();
    const auto& before = (*found)->user;
    const auto next = erasure.rule(before, *others);
    if (!next) return next.error();
    if (next->version == before.version) return ErasedAccount{};
    if (auto ended = no_order_under_way(db, before); !ended) return ended.error();
    auto sessions = find_open_sessions(db, before.id);
    if (!sessions) return sessions.error();
    auto keys = revoke_keys_made_by(db, tenant, before.id, erasure.at);
    if (!keys) return keys.error();
    if (auto forgotten = forget_account(db, before, *next); !forgotten) return forgotten.error();
    Erasure rest{.user = before.id, .tenant = tenant, .requested_at = erasure.at};
    rest.due_at = erasure.at;
    if (auto kept = insert_erasure(db, rest); !kept) return kept.error();
    const auto entry = audit_of(erasure.audit_id, erasure.doer,
                                {erase_action,
                                 target_of(before.id),
                                 {},
                                 {{"keysRevoked", std::to_string(keys->size())}},
                                 erasure.reason});
    if (auto kept = insert_audit(db, entry, erasure.at); !kept) return kept.error();
    return ErasedAccount{std::move(*sessions), std::move(*keys)};
}

}  // namespace souk
