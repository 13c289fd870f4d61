#include "app/views/people_view.hpp"

#include "app/views/key_settlement.hpp"
#include "app/views/security_audit.hpp"
#include "persistence/audit_repository.hpp"
#include "persistence/people_repository.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/transaction.hpp"
#include "persistence/user_repository.hpp"
#include "protocol/account_json.hpp"

namespace souk {
namespace {

constexpr std::int64_t most_counted = 10'000;

Error no_such_user() { return refuse(ErrorCode::not_found, "no such user"); }

Result<User> of_tenant(const Result<std::optional<StoredUser>>& found, TenantId tenant) {
    if (!found) return found.error();
    if (!*found || (*found)->user.tenant != tenant) return no_such_user();
    return (*found)->user;
}

std::vector<StateField> state_of(const User& user) {
    return {{"role", std::string{to_text(user.role)}},
            {"vendorId", user.vendor_id ? to_text(*user.vendor_id) : ""},
            {"status", std::string{to_text(user.state)}}};
}

/// Names and numbers are nobody's business in the audit: that they were changed is.
std::vector<StateField> changed_state_of(const User& before, const User& after) {
    auto state = state_of(after);
    const bool profile = before.first_name != after.first_name ||
                         before.last_name != after.last_name || before.phone != after.phone;
    if (profile) state.push_back({"profile", "changed"});
    return state;
}

std::string_view action_of(AccountMove move) {
    switch (move) {
        case AccountMove::suspend:
            return "users.suspend";
        case AccountMove::ban:
            return "users.ban";
        case AccountMove::reinstate:
            return "users.reinstate";
        case AccountMove::close:
            return "users.close";
        case AccountMove::verify:
            break;
    }
    return "users.verify";
}

Result<void> vendor_must_exist(Connection& db, const User& before, const User& after) {
    if (!after.vendor_id || after.vendor_id == before.vendor_id) return {};
    const auto exists = vendor_exists(db, after.tenant, *after.vendor_id);
    if (!exists) return exists.error();
    if (!*exists) return refuse(ErrorCode::unprocessable, "vendorId", "there is no such vendor");
    return {};
}

}  // namespace

/// Somebody as they are now, and the sessions and keys that are not to be believed in any longer.
struct PeopleView::Done {
    User user;
    std::vector<SessionId> sessions;
    std::vector<ApiKeyId> keys;
};

void PeopleView::list(PeopleQuery query, Promise<Result<PeoplePage>> page) {
    PeopleFilter filter{query.tenant, normalised_email(query.email).value_or(query.email),
                        query.role, query.state};
    std::optional<UserId> before;
    if (!query.page.cursor.empty()) {
        before = parse_id<UserId>(query.page.cursor);
        if (!before) return page(refuse(ErrorCode::invalid_input, "cursor", "is not a cursor"));
    }
    const auto limit = query.page.limit;
    const auto offset = before ? 0 : (query.page.page - 1) * limit;
    const auto tenant = query.tenant;
    db_.read(
        tenant,
        [filter = std::move(filter), limit, offset, before](Connection& db) -> Result<PeoplePage> {
            auto list = find_people(db, filter, limit, offset, before);
            if (!list) return list.error();
            const auto total = count_people(db, filter, most_counted);
            if (!total) return total.error();
            PeoplePage found{std::move(list->rows), *total, {}};
            if (list->more) found.next_cursor = to_text(found.rows.back().id);
            return found;
        },
        [page](Result<PeoplePage> found) { page(std::move(found)); });
}

void PeopleView::show(TenantId tenant, UserId id, Promise<Result<User>> found) {
    db_.read(
        tenant, [tenant, id](Connection& db) { return of_tenant(find_user(db, id), tenant); },
        [found](Result<User> user) { found(std::move(user)); });
}

void PeopleView::change(ManagedBy by, UserId id, PersonChange change,
                        Promise<Result<User>> changed) {
    const auto now = clock_.now();
    const auto manager = by.manager;
    const auto rule = [manager, change = std::move(change), now](const User& user,
                                                                 std::int64_t others) {
        return change_person(manager, user, change, others, now);
    };
    apply(std::move(by), id, rule, "users.change", "", std::move(changed));
}

void PeopleView::move(ManagedBy by, UserId id, AccountMove move, std::string reason,
                      Promise<Result<User>> moved) {
    const auto now = clock_.now();
    const auto manager = by.manager;
    const auto rule = [manager, move, now](const User& user, std::int64_t others) {
        return move_person(manager, user, move, others, now);
    };
    apply(std::move(by), id, rule, std::string{action_of(move)}, std::move(reason),
          std::move(moved));
}

// Super admins are locked before their victim, by everybody in one order.
Result<PeopleView::Done> PeopleView::apply_in(Connection& db, const ManagedBy& by, UserId id,
                                              const Rule& rule, const std::string& action,
                                              const std::string& reason) const {
    const auto now = clock_.now();
    const auto others = lock_other_super_admins(db, by.doer.tenant, id);
    if (!others) return others.error();
    const auto before = of_tenant(lock_user(db, id), by.doer.tenant);
    if (!before) return before.error();
    const auto next = rule(*before, *others);
    if (!next) return next.error();
    if (next->version == before->version) return Done{*next, {}, {}};
    if (auto known = vendor_must_exist(db, *before, *next); !known) return known.error();
    if (auto saved = save_user(db, *next); !saved) return saved.error();
    const bool goes_on = next->state == AccountState::active;
    auto sessions = goes_on ? find_open_sessions(db, id) : end_sessions(db, id, now);
    if (!sessions) return sessions.error();
    const auto entry = audit_of(
        AuditId{ids_.next()}, by.doer,
        {action, target_of(id), state_of(*before), changed_state_of(*before, *next), reason});
    if (auto kept = insert_audit(db, entry, now); !kept) return kept.error();
    auto keys = settle_keys(db, *next, by.doer, now, ids_);
    if (!keys) return keys.error();
    return Done{*next, std::move(*sessions), std::move(*keys)};
}

void PeopleView::apply(ManagedBy by, UserId id, Rule rule, std::string action, std::string reason,
                       Promise<Result<User>> changed) {
    const auto tenant = by.doer.tenant;
    const auto work = [this, by = std::move(by), id, rule = std::move(rule),
                       action = std::move(action), reason = std::move(reason)](Connection& db) {
        return apply_in(db, by, id, rule, action, reason);
    };
    db_.read(
        tenant, [work](Connection& db) { return in_transaction(db, work); },
        [this, tenant, changed](Result<Done> done) {
            if (!done) return changed(done.error());
            accounts_.forget(done->sessions);
            for (const auto& key : done->keys) keys_.forget({tenant, key});
            changed(std::move(done->user));
        });
}

}  // namespace souk
