#include "app/ctl/text_table.hpp"

#include <algorithm>
#include <cstdio>

namespace souk {
namespace {

using Cells = std::vector<std::string>;

std::string with_unit(double value, const char* unit) {
    char text[32];
    std::snprintf(text, sizeof text, value < 10 ? "%.2f %s" : "%.1f %s", value, unit);
    return text;
}

/// Columns are as wide as their widest cell, in characters.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

void append_cell(std::string& out, const std::string& cell, std::size_t width, bool to_the_right) {
    const std::string gap(width - std::min(width, width_of(cell)), ' ');
    out += to_the_right ? gap + cell : cell + gap;
}

bool to_the_right(Show show) {
    return show == Show::number || show == Show::microseconds || show == Show::bytes;
}

}  // namespace

std::optional<JsonValue> member_of(JsonValue object, std::string_view name) {
    if (!object.is_object()) return std::nullopt;
    for (std::size_t i = 0; i < object.size(); ++i)
        if (object.member_name(i) == name) return object.member(i);
    return std::nullopt;
}

std::string duration_text(std::int64_t microseconds) {
    if (microseconds < 1'000) return std::to_string(microseconds) + " us";
    if (microseconds < 1'000'000) return with_unit(static_cast<double>(microseconds) / 1e3, "ms");
    return with_unit(static_cast<double>(microseconds) / 1e6, "s");
}

/// What others wrote must not steer the operator's terminal: control characters become '?', those
/// of Latin-1 (C1) too.
std::string harmless(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto before = i == 0 ? 0 : static_cast<unsigned char>(text[i - 1]);
        if (byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte >= 0x80 && byte < 0xa0)) {
            if (before == 0xc2) text[i - 1] = '?';
            text[i] = '?';
        }
    }
    return text;
}

std::string shown(std::optional<JsonValue> value, Show show) {
    if (!value || value->is_null()) return "-";
    if (value->is_boolean()) return value->as_boolean() ? "yes" : "no";
    if (value->is_string()) {
        const std::string text{value->as_string()};
        // "2026-01-15T10:00:00.000Z" without its fraction.
        if (show == Show::time && text.size() > 19)
            return text.substr(0, 10) + " " + text.substr(11, 8);
        return text.empty() ? "-" : harmless(text);
    }
    if (!value->is_integer()) return "?";
    if (show == Show::microseconds) return duration_text(value->as_integer());
    if (show == Show::bytes)
        return with_unit(static_cast<double>(value->as_integer()) / (1 << 20), "MB");
    return std::to_string(value->as_integer());
}

std::string text_table(const std::vector<Column>& columns, JsonValue rows) {
    std::vector<Cells> lines(1);
    for (const auto& column : columns) lines.front().emplace_back(column.title);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Cells cells;
        for (const auto& column : columns)
            cells.push_back(shown(member_of(rows.item(i), column.field), column.show));
        lines.push_back(std::move(cells));
    }
    std::string out;
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::size_t width = 0;
            for (const auto& other : lines) width = std::max(width, width_of(other[i]));
            if (i > 0) text += "  ";
            append_cell(text, line[i], width, to_the_right(columns[i].show));
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + '\n';
    }
    if (rows.size() == 0) out += "(none)\n";
    return out;
}

std::string text_list(const std::vector<Column>& columns, JsonValue object) {
    std::size_t width = 0;
    for (const auto& column : columns) width = std::max(width, column.title.size());
    std::string out;
    for (const auto& column : columns) {
        append_cell(out, std::string{column.title}, width, false);
        out += "  " + shown(member_of(object, column.field), column.show) + '\n';
    }
    return out;
}

}  // namespace souk
