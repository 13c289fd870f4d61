#include "persistence/people_repository.hpp"

#include "persistence/sealed_columns.hpp"
#include "persistence/user_repository.hpp"

namespace souk {
namespace {

// Planned for these very parameters: what is not asked for costs nothing.
constexpr auto conditions = R"(
    WHERE u.tenant_id = $1
      AND ($2::text[] IS NULL OR u.email_index = ANY($2))
      AND ($3::int IS NULL OR u.role = $3)
      AND (CASE WHEN $4::int IS NULL THEN u.state NOT IN (4, 5) ELSE u.state = $4 END))";

constexpr auto lock_super_admins = R"(
    SELECT id FROM users
    WHERE tenant_id = $1 AND role = 3 AND state = 1
    ORDER BY id
    FOR UPDATE)";

constexpr auto select_vendor =
    "SELECT EXISTS (SELECT FROM vendors WHERE tenant_id = $1 AND id = $2)";

Parameters parameters_of(const Connection& db, const PeopleFilter& filter) {
    Parameters parameters;
    parameters.add(filter.tenant);
    std::optional<std::vector<std::string>> indexes;
    if (!filter.email.empty())
        indexes = db.personal().indexes(sealed_column::user_email, filter.tenant, filter.email);
    parameters.add(indexes);
    parameters.add(filter.role);
    parameters.add(filter.state);
    return parameters;
}

}  // namespace

Result<PeopleList> find_people(Connection& db, const PeopleFilter& filter, std::int64_t limit,
                               std::int64_t offset, std::optional<UserId> before) {
    auto parameters = parameters_of(db, filter);
    parameters.add(before);
    parameters.add(limit + 1);
    parameters.add(offset);
    auto rows = map_rows(
        query_once(db,
                   std::string{"SELECT "} + user_columns + " FROM users u" + conditions +
                       " AND ($5::uuid IS NULL OR u.id < $5) ORDER BY u.id DESC LIMIT $6 OFFSET $7",
                   parameters),
        [](Row row) {
            Columns columns(row);
            return user_from(columns).user;
        });
    if (!rows) return rows.error();
    PeopleList list{std::move(*rows)};
    list.more = static_cast<std::int64_t>(list.rows.size()) > limit;
    if (list.more) list.rows.pop_back();
    return list;
}

Result<std::int64_t> count_people(Connection& db, const PeopleFilter& filter, std::int64_t most) {
    auto parameters = parameters_of(db, filter);
    parameters.add(most);
    const auto rows = query_once(
        db,
        std::string{"SELECT count(*) FROM (SELECT FROM users u"} + conditions + " LIMIT $5) found",
        parameters);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

Result<std::int64_t> lock_other_super_admins(Connection& db, TenantId tenant, UserId but) {
    const auto rows = query(db, lock_super_admins, tenant);
    if (!rows) return rows.error();
    std::int64_t others = 0;
    for (const auto row : *rows) others += row.get<UserId>(0) == but ? 0 : 1;
    return others;
}

Result<bool> vendor_exists(Connection& db, TenantId tenant, VendorId id) {
    const auto rows = query(db, select_vendor, tenant, id);
    if (!rows) return rows.error();
    return rows->front().get<bool>(0);
}

}  // namespace souk
