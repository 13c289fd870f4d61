#pragma once
// Administration of people over PostgreSQL. What changes somebody holds at once on this server: it
// forgets what it remembers of their sessions and of the keys that they made.

#include "app/views/accounts_view.hpp"
#include "app/views/api_keys_view.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/people.hpp"

namespace souk {

class PeopleView final : public People {
public:
    /// All must outlive it.
    PeopleView(ReadPool& db, AccountsView& accounts, ApiKeysView& keys, const Clock& clock,
               IdSource& ids)
        : db_(db), accounts_(accounts), keys_(keys), clock_(clock), ids_(ids) {}

    void list(PeopleQuery query, Promise<Result<PeoplePage>> page) override;
    void show(TenantId tenant, UserId id, Promise<Result<User>> found) override;
    void change(ManagedBy by, UserId id, PersonChange change,
                Promise<Result<User>> changed) override;
    void move(ManagedBy by, UserId id, AccountMove move, std::string reason,
              Promise<Result<User>> moved) override;

private:
    struct Done;
    using Rule = std::function<Result<User>(const User&, std::int64_t other_super_admins)>;

    /// Applies a rule to somebody; what it changed is in the audit.
    Result<Done> apply_in(Connection& db, const ManagedBy& by, UserId id, const Rule& rule,
                          const std::string& action, const std::string& reason) const;
    void apply(ManagedBy by, UserId id, Rule rule, std::string action, std::string reason,
               Promise<Result<User>> changed);

    ReadPool& db_;
    AccountsView& accounts_;
    ApiKeysView& keys_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace souk
