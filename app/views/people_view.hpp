#pragma once
// Administration of people over PostgreSQL. What changes somebody holds at once on this server: it
// forgets what it remembers of their sessions.

#include "app/views/accounts_view.hpp"
#include "persistence/read_pool.hpp"
#include "protocol/people.hpp"

namespace souk {

class PeopleView final : public People {
public:
    /// All must outlive it.
    PeopleView(ReadPool& db, AccountsView& accounts, const Clock& clock, IdSource& ids)
        : db_(db), accounts_(accounts), clock_(clock), ids_(ids) {}

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
    void apply(ManagedBy by, UserId id, Rule rule, std::string action, std::string reason,
               Promise<Result<User>> changed);

    ReadPool& db_;
    AccountsView& accounts_;
    const Clock& clock_;
    IdSource& ids_;
};

}  // namespace souk
