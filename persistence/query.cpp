#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

int hex_value(char digit) {
    const auto place = hex_digits.find(digit);
    return place == std::string_view::npos ? -1 : static_cast<int>(place);
}

Error nul_in_text() { return refuse(ErrorCode::invalid_input, "text may not contain NUL"); }

Result<Rows> rows_of(const Connection& db, Result<ResultHandle> result) {
    if (!result) return result.error();
    return Rows{std::move(*result), db.personal()};
}

}  // namespace

std::string to_bytea(const Digest& value) {
    std::string text = "\\x";
    for (const auto byte : value) {
        text.push_back(hex_digits[byte >> 4]);
        text.push_back(hex_digits[byte & 0x0f]);
    }
    return text;
}

void Parameters::add(const Digest& value) { values_.emplace_back(to_bytea(value)); }

std::vector<const char*> Parameters::pointers() const {
    std::vector<const char*> pointers;
    pointers.reserve(values_.size());
    for (const auto& value : values_) pointers.push_back(value ? value->c_str() : nullptr);
    return pointers;
}

bool Parameters::has_nul() const {
    for (const auto& value : values_)
        if (value && value->find('\0') != std::string::npos) return true;
    return false;
}

void throw_unreadable(int column, std::string_view text, const char* wanted) {
    throw std::runtime_error("column " + std::to_string(column) + " holds '" +
                             std::string(text.substr(0, 80)) + "' instead of " + wanted);
}

std::vector<std::string> parse_text_array(std::string_view text) {
    std::vector<std::string> values;
    if (text.size() < 2 || text == "{}") return values;
    std::string value;
    bool quoted = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const char character = text[i];
        if (character == '\\' && i + 1 < text.size()) {
            value.push_back(text[++i]);
        } else if (character == '"') {
            quoted = !quoted;
        } else if (!quoted && (character == ',' || character == '}')) {
            values.push_back(std::move(value));
            value.clear();
        } else {
            value.push_back(character);
        }
    }
    return values;
}

std::optional<Digest> parse_digest(std::string_view text) {
    Digest digest{};
    if (text.size() != 2 + 2 * digest.size() || !text.starts_with("\\x")) return std::nullopt;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const int high = hex_value(text[2 + 2 * i]);
        const int low = hex_value(text[3 + 2 * i]);
        if (high < 0 || low < 0) return std::nullopt;
        digest[i] = static_cast<unsigned char>(high << 4 | low);
    }
    return digest;
}

std::int64_t Rows::affected() const {
    const std::string_view text = PQcmdTuples(result_.get());
    return text.empty() ? 0 : detail::Reader<std::int64_t>::read(text, 0);
}

Result<Rows> query(Connection& db, const char* sql, const Parameters& parameters) {
    if (parameters.has_nul()) return nul_in_text();
    return rows_of(db, db.run_prepared(sql, parameters.pointers()));
}

Result<Rows> query_once(Connection& db, const std::string& sql, const Parameters& parameters) {
    if (parameters.has_nul()) return nul_in_text();
    return rows_of(db, db.run(sql.c_str(), parameters.pointers()));
}

}  // namespace souk
