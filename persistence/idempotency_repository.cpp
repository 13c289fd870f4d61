#include "persistence/idempotency_repository.hpp"

#include "persistence/query.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

constexpr auto select_record = R"(
    SELECT caller, key, request_hash, status, body, location, etag
    FROM idempotency_keys
    WHERE tenant_id = $1 AND caller = $2 AND key = $3 AND created_at >= $4)";

constexpr auto delete_old = R"(
    DELETE FROM idempotency_keys
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE created_at < $1 LIMIT $2)))";

IdempotencyRecord record_from(const TenantId& tenant, Row row) {
    Columns columns(row);
    IdempotencyRecord record;
    record.caller = columns.next<std::string>();
    record.key = columns.next<std::string>();
    record.request_hash = columns.next<std::string>();
    record.status = columns.next<std::int64_t>();
    const PersonalRow personal(columns.personal(), tenant, answer_key(record.caller, record.key));
    record.body = personal.open(sealed_column::answer_body, columns.next<std::string>());
    record.location = columns.next<std::string>();
    record.etag = columns.next<std::string>();
    return record;
}

}  // namespace

Result<std::optional<IdempotencyRecord>> find_idempotency_record(Connection& db,
                                                                 const TenantId& tenant,
                                                                 const std::string& caller,
                                                                 const std::string& key,
                                                                 TimePoint oldest) {
    const auto rows = query(db, select_record, tenant, caller, key, oldest);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<IdempotencyRecord>{};
    return std::optional{record_from(tenant, rows->front())};
}

Result<std::int64_t> purge_idempotency_records(Connection& db, TimePoint oldest,
                                               std::int64_t limit) {
    const auto rows = query(db, delete_old, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
