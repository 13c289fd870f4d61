#include "persistence/row_types.hpp"

#include <algorithm>

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr const char* select_ids = R"(
SELECT ('pg_temp.' || name)::regtype::oid::int8
FROM unnest($1::text[]) WITH ORDINALITY AS t(name, ordinal) ORDER BY ordinal)";

std::string_view name_of(PgType type) {
    switch (type) {
        case PgType::boolean:
            return "bool";
        case PgType::int8:
            return "int8";
        case PgType::text:
            return "text";
        case PgType::json:
            return "json";
        case PgType::date:
            return "date";
        case PgType::timestamptz:
            return "timestamptz";
        case PgType::uuid:
            return "uuid";
    }
    return {};
}

void append_creation(std::string& script, const RowType& type) {
    script.append("CREATE TYPE pg_temp.").append(type.name).append(" AS (");
    for (std::size_t column = 0; column < type.columns.size(); ++column) {
        if (column > 0) script += ", ";
        script.append("c").append(std::to_string(column + 1)).append(" ");
        script += name_of(type.columns[column]);
    }
    script += ");\n";
}

}  // namespace

Result<RowTypes> RowTypes::create(Connection& db, std::span<const RowType> types) {
    std::string script;
    std::vector<std::string> names;
    for (const auto& type : types) {
        append_creation(script, type);
        names.emplace_back(type.name);
    }
    if (const auto made = db.run_script(script.c_str()); !made) return made.error();
    const auto rows = query(db, select_ids, names);
    if (!rows) return rows.error();

    RowTypes result;
    for (const auto row : *rows)
        result.ids_.emplace_back(std::move(names[result.ids_.size()]), row.get<std::uint32_t>(0));
    return result;
}

std::uint32_t RowTypes::id_of(std::string_view name) const {
    return std::ranges::find(ids_, name, &std::pair<std::string, std::uint32_t>::first)->second;
}

}  // namespace souk
