#pragma once
// What erasing a person does to rows, and how far it has come. Orders and carts are changed by
// their actors; here is found which ones.

#include <optional>
#include <string>
#include <vector>

#include "domain/erasure.hpp"
#include "persistence/query.hpp"

namespace souk {

struct Erasure {
    UserId user;
    TenantId tenant{default_tenant};
    TimePoint requested_at;
    ErasureStep step{ErasureStep::carts};
    std::optional<Uuid> cursor;  // the last of the step's that is done
    TimePoint due_at;
    std::int64_t tries{};  // in a row that have failed
    std::string failure;
};

/// Nothing happens when there is one already.
Result<void> insert_erasure(Connection& db, const Erasure& erasure);
/// The one that is due for longest and that no other server is at, kept from others until the
/// transaction ends.
Result<std::optional<Erasure>> lock_due_erasure(Connection& db, TimePoint now);
/// How far it has come.
Result<void> save_erasure(Connection& db, const Erasure& erasure);
Result<void> finish_erasure(Connection& db, UserId user, TimePoint now);
/// Those under way, the earliest due first.
Result<std::vector<Erasure>> find_erasures(Connection& db, std::int64_t limit);
Result<std::int64_t> count_erasures(Connection& db);

/// The account as it stays. Its password goes.
Result<void> save_erased(Connection& db, const User& erased);
/// Sessions, links, providers' identities, addresses, what they told of themselves.
Result<void> delete_rows_of_user(Connection& db, UserId user);
/// Mails to their address, and the job that would write another.
Result<void> delete_mails_to(Connection& db, TenantId tenant, const std::string& email);
/// Where they logged in from, or somebody tried to, as far as it is on record.
Result<std::vector<std::string>> find_network_addresses(Connection& db, TenantId tenant,
                                                        UserId user, std::int64_t limit);
Result<void> delete_lockouts(Connection& db, TenantId tenant, const std::vector<Digest>& subjects);
/// Keys that they made hold no more, nor those that were made with these; tells which.
Result<std::vector<ApiKeyId>> revoke_keys_made_by(Connection& db, TenantId tenant, UserId user,
                                                  TimePoint now);
/// Answers to their own requests, and to others' that show them.
Result<void> delete_answers_to(Connection& db, TenantId tenant, UserId user);

struct OpenOrder {
    OrderId id;
    std::string number;
};
/// Orders of theirs that are not over, see is_over.
Result<std::vector<OpenOrder>> find_open_orders_of(Connection& db, TenantId tenant, UserId user,
                                                   std::int64_t limit);
/// Behind a place, in the order of their ids.
Result<std::vector<OrderId>> find_orders_of_user(Connection& db, TenantId tenant, UserId user,
                                                 const std::optional<Uuid>& after,
                                                 std::int64_t limit);
Result<std::vector<CartId>> find_carts_of_user(Connection& db, TenantId tenant, UserId user,
                                               const std::optional<Uuid>& after,
                                               std::int64_t limit);
/// Mails about orders that are anonymous by now, and remembered answers that show them. Waits for
/// a relay that may be writing one of these mails.
Result<void> delete_traces_of_orders(Connection& db, TenantId tenant,
                                     const std::vector<OrderId>& orders);

}  // namespace souk
