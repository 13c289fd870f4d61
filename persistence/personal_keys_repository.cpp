#include "persistence/personal_keys_repository.hpp"

#include <map>

#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

constexpr std::string_view check_column = "personal_keys.check_value";
constexpr std::string_view check_word = "souk";

constexpr auto select_keys = "SELECT id, check_value FROM personal_keys ORDER BY id";

constexpr auto insert_key =
    "INSERT INTO personal_keys (id, check_value) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";

constexpr auto update_served =
    "UPDATE personal_keys SET served_at = clock_timestamp() WHERE id = $1";

constexpr auto select_serving = R"(
    SELECT id FROM personal_keys WHERE served_at IS NOT NULL ORDER BY served_at DESC LIMIT 1)";

constexpr auto delete_key = "DELETE FROM personal_keys WHERE id = $1";

bool opens(const PersonalCipher& cipher, const std::string& id, const std::string& check_value) {
    try {
        return cipher.open({check_column, id}, check_value) == check_word;
    } catch (const std::exception&) {
        return false;
    }
}

Result<void> done(const Result<Rows>& rows) {
    if (!rows) return rows.error();
    return {};
}

std::string names_of(const SealedTable& table) {
    std::string names;
    for (const auto column : table.columns) {
        if (!names.empty()) names.append(", ");
        names.append(column.substr(column.find('.') + 1));
    }
    return names;
}

/// Rows by the keys that they have texts under: a row with two keys counts for both.
std::string count_of(const SealedTable& table) {
    return "SELECT used.key, count(*) FROM " + std::string{table.name} +
           " CROSS JOIN LATERAL (SELECT DISTINCT CASE WHEN starts_with(text, '$sealed$') "
           "THEN split_part(text, '$', 3) ELSE '' END AS key FROM unnest(ARRAY[" +
           names_of(table) + "]) AS texts(text) WHERE text <> '') AS used GROUP BY used.key";
}

}  // namespace

Result<void> adopt_personal_keys(Connection& db) {
    const auto& cipher = db.personal();
    const auto rows = query(db, select_keys);
    if (!rows) return rows.error();
    for (const auto row : *rows) {
        const auto id = row.get<std::string>(0);
        if (!opens(cipher, id, row.get<std::string>(1)))
            return refuse(ErrorCode::conflict,
                          "personal texts in the database are sealed under the key " + id +
                              ", which is not among privacy.keys: add it, behind the newest "
                              "(see docs/privacy.md)");
    }
    const std::string id{cipher.key_id()};
    if (id.empty()) return {};
    return done(query(db, insert_key, id, cipher.seal({check_column, id}, check_word)));
}

Result<void> note_serving_key(Connection& db) {
    const std::string id{db.personal().key_id()};
    if (id.empty()) return {};
    return done(query(db, update_served, id));
}

Result<std::vector<PersonalKeyUse>> count_personal_rows(Connection& db) {
    std::map<std::string, std::int64_t> counts;
    const auto keys = query(db, select_keys);
    if (!keys) return keys.error();
    for (const auto row : *keys) counts[row.get<std::string>(0)] = 0;
    for (const auto& table : sealed_tables()) {
        const auto rows = query_once(db, count_of(table), Parameters{});
        if (!rows) return rows.error();
        for (const auto row : *rows) counts[row.get<std::string>(0)] += row.get<std::int64_t>(1);
    }
    std::vector<PersonalKeyUse> uses;
    for (const auto& [id, rows] : counts) uses.push_back({id, rows});
    return uses;
}

Result<std::string> find_serving_key(Connection& db) {
    const auto rows = query(db, select_serving);
    if (!rows) return rows.error();
    return rows->empty() ? std::string{} : rows->front().get<std::string>(0);
}

Result<void> drop_personal_key(Connection& db, const std::string& id) {
    return done(query(db, delete_key, id));
}

}  // namespace souk
