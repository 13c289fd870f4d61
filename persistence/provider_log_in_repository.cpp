#include "persistence/provider_log_in_repository.hpp"

namespace souk {
namespace {

constexpr auto insert = R"(
    INSERT INTO provider_log_ins (proof_hash, tenant_id, expires_at) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING)";

constexpr auto update_code = R"(
    UPDATE provider_log_ins SET code_hash = $2, user_id = $3, expires_at = $4
    WHERE proof_hash = $1)";

constexpr auto update_redeemed = R"(
    UPDATE provider_log_ins SET redeemed_at = $3
    WHERE proof_hash = $1 AND code_hash = $2 AND redeemed_at IS NULL AND expires_at > $3
    RETURNING user_id)";

constexpr auto delete_old = R"(
    DELETE FROM provider_log_ins
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM provider_log_ins WHERE expires_at < $1 LIMIT $2)))";

}  // namespace

Result<bool> use_proof(Connection& db, const Digest& proof, TenantId tenant, TimePoint expires_at) {
    const auto rows = query(db, insert, proof, tenant, expires_at);
    if (!rows) return rows.error();
    return rows->affected() == 1;
}

Result<void> give_code(Connection& db, const Digest& proof, const Digest& code, UserId user,
                       TimePoint expires_at) {
    const auto rows = query(db, update_code, proof, code, user, expires_at);
    if (!rows) return rows.error();
    return {};
}

Result<std::optional<UserId>> redeem_code(Connection& db, const Digest& proof, const Digest& code,
                                          TimePoint now) {
    const auto rows = query(db, update_redeemed, proof, code, now);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<UserId>{};
    return std::optional{rows->front().get<UserId>(0)};
}

Result<std::int64_t> purge_provider_log_ins(Connection& db, TimePoint oldest, std::int64_t limit) {
    const auto rows = query(db, delete_old, oldest, limit);
    if (!rows) return rows.error();
    return rows->affected();
}

}  // namespace souk
