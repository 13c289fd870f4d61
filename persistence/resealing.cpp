#include "persistence/resealing.hpp"

#include <algorithm>
#include <utility>

namespace souk {
namespace {

std::string name_of(std::string_view column) {
    return std::string{column.substr(column.find('.') + 1)};
}

void append_item(std::string& list, std::string_view separator, std::string_view item) {
    if (!list.empty()) list.append(separator);
    list.append(item);
}

std::string keys_of(const SealedTable& table) {
    std::string list;
    for (const auto& key : table.keys) append_item(list, ", ", key.name);
    return list;
}

/// From $`first` on, one parameter for each part of the key.
std::string key_parameters(const SealedTable& table, std::size_t first) {
    std::string list;
    for (const auto& key : table.keys)
        append_item(list, ", ",
                    "$" + std::to_string(first++) + (key.is_uuid ? "::uuid" : "::text"));
    return list;
}

/// All that sealing a row is about: its columns, then the indexes over them.
std::vector<std::string> values_of(const SealedTable& table) {
    std::vector<std::string> names;
    for (const auto column : table.columns) names.push_back(name_of(column));
    for (const auto& one : table.indexes) names.emplace_back(one.index);
    return names;
}

// A key's id is of the characters of base64url, so it needs no quoting.
std::string begins_of(const SealedTable& table, std::string_view key_id) {
    std::string list;
    const auto add = [&](std::string_view name, std::string_view marker) {
        append_item(list, " OR ",
                    "(" + std::string{name} + " <> '' AND NOT starts_with(" + std::string{name} +
                        ", '" + std::string{marker} + std::string{key_id} + "$'))");
    };
    for (const auto column : table.columns) add(name_of(column), sealed_marker);
    for (const auto& one : table.indexes) add(one.index, index_marker);
    return list;
}

/// $1 rows behind the one whose key the other parameters are, in the order of keys.
std::string select_of(const SealedTable& table, std::string_view key_id, bool from_start) {
    std::string values;
    for (const auto& name : values_of(table)) append_item(values, ", ", name);
    auto sql = "SELECT " + keys_of(table) + ", tenant_id, " + values + " FROM " +
               std::string{table.name} + " WHERE (" + begins_of(table, key_id) + ")";
    if (!from_start) sql += " AND (" + keys_of(table) + ") > (" + key_parameters(table, 2) + ")";
    return sql + " ORDER BY " + keys_of(table) + " LIMIT $1";
}

/// The row with this key, if each value is still what it was: new and old take turns.
std::string update_of(const SealedTable& table) {
    std::string changes;
    std::string conditions = "(" + keys_of(table) + ") = (" + key_parameters(table, 1) + ")";
    auto place = table.keys.size();
    for (const auto& name : values_of(table)) {
        append_item(changes, ", ", name + " = $" + std::to_string(++place));
        conditions += " AND " + name + " = $" + std::to_string(++place);
    }
    return "UPDATE " + std::string{table.name} + " SET " + changes + " WHERE " + conditions;
}

/// As the repositories name the row to the cipher.
std::string row_key(const SealedTable& table, const std::vector<std::string>& key) {
    std::string whole;
    bool has_text = false;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto& column = table.keys[i];
        if (column.name == "tenant_id") continue;
        if (column.is_uuid) {
            whole.append(PersonalRow::bytes_of(*parse_hex(key[i])));
        } else {
            if (std::exchange(has_text, true)) whole.push_back('\0');
            whole.append(key[i]);
        }
    }
    return whole;
}

}  // namespace

Result<Resealing::Step> Resealing::step(Connection& db, std::int64_t limit) {
    Parameters parameters;
    parameters.add(limit);
    for (const auto& part : last_) parameters.add(part);
    const auto rows =
        query_once(db, select_of(table_, db.personal().key_id(), last_.empty()), parameters);
    if (!rows) return rows.error();
    Step step;
    step.read = rows->size();
    step.at_end = step.read < limit;
    for (const auto row : *rows) {
        const auto sealed = seal(db, row);
        if (!sealed) return sealed.error();
        step.sealed += *sealed;
    }
    return step;
}

Result<std::int64_t> Resealing::seal(Connection& db, Row row) {
    Columns columns(row);
    for (auto& part : last_ = std::vector<std::string>(table_.keys.size()))
        part = columns.next<std::string>();
    const auto tenant = columns.next<TenantId>();
    const PersonalRow personal(db.personal(), tenant, row_key(table_, last_));
    Parameters parameters;
    for (const auto& part : last_) parameters.add(part);
    std::vector<std::string> texts;
    for (const auto column : table_.columns) {
        const auto kept = columns.next<std::string>();
        texts.push_back(personal.open(column, kept));
        parameters.add(personal.seal(column, texts.back()));
        parameters.add(kept);
    }
    for (const auto& one : table_.indexes) {
        const auto place = std::ranges::find(table_.columns, one.column) - table_.columns.begin();
        parameters.add(
            db.personal().index(one.column, tenant, texts[static_cast<std::size_t>(place)]));
        parameters.add(columns.next<std::string>());
    }
    const auto updated = query(db, update_.c_str(), parameters);
    if (!updated) return updated.error();
    return updated->affected();
}

std::string Resealing::place() const {
    std::string list;
    for (const auto& part : last_) append_item(list, ", ", part);
    return list;
}

Resealing::Resealing(const SealedTable& table) : table_(table), update_(update_of(table)) {}

}  // namespace souk
