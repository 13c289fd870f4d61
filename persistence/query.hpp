#pragma once
// The one way to ask PostgreSQL: typed parameters in, typed rows out. A value that does not read as
// the type asked for is a mistake in our SQL and throws; the threads that run queries catch it.

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"
#include "persistence/array_literal.hpp"
#include "persistence/connection.hpp"
#include "persistence/text_format.hpp"

namespace souk {

using Digest = std::array<unsigned char, 32>;  // SHA-256, a bytea

/// As PostgreSQL reads it, for arrays of them.
std::string to_bytea(const Digest& value);

/// Parameters of a statement, $1 first.
class Parameters {
public:
    template <class T>
    void add(const T& value) {
        values_.emplace_back(std::in_place);
        append_text(*values_.back(), value);
    }
    void add(const char* value) { values_.emplace_back(value); }
    void add(const Digest& value);
    template <class T>
    void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            values_.emplace_back();
    }
    template <class T>
    void add(const std::vector<T>& values) {
        values_.emplace_back(array_literal(values));
    }

    /// Valid while nothing is added.
    std::vector<const char*> pointers() const;
    std::size_t size() const { return values_.size(); }
    /// libpq takes text up to its first NUL: a value with one would be cut in silence.
    bool has_nul() const;

private:
    std::vector<std::optional<std::string>> values_;
};

[[noreturn]] void throw_unreadable(int column, std::string_view text, const char* wanted);

/// A row of a result that outlives it.
class Row {
public:
    Row(const PGresult* result, int row, const PersonalCipher* personal)
        : result_(result), row_(row), personal_(personal) {}

    bool is_null(int column) const { return PQgetisnull(result_, row_, column) == 1; }
    std::string_view text(int column) const {
        return {PQgetvalue(result_, row_, column),
                static_cast<std::size_t>(PQgetlength(result_, row_, column))};
    }
    template <class T>
    T get(int column) const;
    /// Of the connection that it came over.
    const PersonalCipher& personal() const { return *personal_; }

private:
    const PGresult* result_;
    int row_;
    const PersonalCipher* personal_;
};

std::vector<std::string> parse_text_array(std::string_view text);
std::optional<Digest> parse_digest(std::string_view text);

namespace detail {

template <class T>
struct Reader;

template <class T>
requires std::is_integral_v<T>
struct Reader<T> {
    static T read(std::string_view text, int column) {
        T value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size())
            throw_unreadable(column, text, "a number");
        return value;
    }
};

template <>
struct Reader<bool> {
    static bool read(std::string_view text, int column) {
        if (text != "t" && text != "f") throw_unreadable(column, text, "a boolean");
        return text == "t";
    }
};

template <class T>
requires std::is_enum_v<T>
struct Reader<T> {
    static T read(std::string_view text, int column) {
        return static_cast<T>(Reader<int>::read(text, column));
    }
};

template <>
struct Reader<std::string> {
    static std::string read(std::string_view text, int) { return std::string(text); }
};

template <>
struct Reader<Uuid> {
    static Uuid read(std::string_view text, int column) {
        const auto uuid = parse_hex(text);
        if (!uuid) throw_unreadable(column, text, "a UUID");
        return *uuid;
    }
};

template <class Tag>
struct Reader<Id<Tag>> {
    static Id<Tag> read(std::string_view text, int column) {
        return {Reader<Uuid>::read(text, column)};
    }
};

template <>
struct Reader<Currency> {
    static Currency read(std::string_view text, int column) {
        const auto currency = parse_currency(text);
        if (!currency) throw_unreadable(column, text, "a currency");
        return *currency;
    }
};

template <>
struct Reader<TimePoint> {
    static TimePoint read(std::string_view text, int column) {
        const auto time = parse_timestamp(text);
        if (!time) throw_unreadable(column, text, "a time");
        return *time;
    }
};

template <>
struct Reader<std::vector<std::string>> {
    static std::vector<std::string> read(std::string_view text, int) {
        return parse_text_array(text);
    }
};

template <>
struct Reader<Digest> {
    static Digest read(std::string_view text, int column) {
        const auto digest = parse_digest(text);
        if (!digest) throw_unreadable(column, text, "32 bytes");
        return *digest;
    }
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

}  // namespace detail

template <class T>
T Row::get(int column) const {
    if constexpr (detail::IsOptional<T>::value) {
        if (is_null(column)) return std::nullopt;
        return get<typename T::value_type>(column);
    } else {
        if (is_null(column)) throw_unreadable(column, "NULL", "a value");
        return detail::Reader<T>::read(text(column), column);
    }
}

/// Reads a row's columns from left to right, so that a mapper follows its SELECT list.
class Columns {
public:
    explicit Columns(Row row) : row_(row) {}

    template <class T>
    T next() {
        return row_.get<T>(column_++);
    }
    /// NULL is empty: for fields of a JSON column that may be missing.
    std::string next_text() { return std::string(row_.text(column_++)); }
    bool at_null() const { return row_.is_null(column_); }
    const PersonalCipher& personal() const { return row_.personal(); }
    void skip(int columns) { column_ += columns; }

private:
    Row row_;
    int column_{0};
};

/// The rows of one result, in order.
class Rows {
public:
    Rows(ResultHandle result, const PersonalCipher& personal)
        : result_(std::move(result)), personal_(&personal) {}

    class Iterator {
    public:
        Iterator(const PGresult* result, int row, const PersonalCipher* personal)
            : result_(result), row_(row), personal_(personal) {}
        Row operator*() const { return {result_, row_, personal_}; }
        Iterator& operator++() {
            ++row_;
            return *this;
        }
        bool operator==(const Iterator& other) const { return row_ == other.row_; }

    private:
        const PGresult* result_;
        int row_;
        const PersonalCipher* personal_;
    };

    int size() const { return PQntuples(result_.get()); }
    bool empty() const { return size() == 0; }
    Row operator[](int row) const { return {result_.get(), row, personal_}; }
    Row front() const { return (*this)[0]; }
    Iterator begin() const { return {result_.get(), 0, personal_}; }
    Iterator end() const { return {result_.get(), size(), personal_}; }
    /// How many rows an INSERT, UPDATE or DELETE touched.
    std::int64_t affected() const;

private:
    ResultHandle result_;
    const PersonalCipher* personal_;
};

/// Runs a statement whose text is a constant; it is prepared once per connection.
/// `unavailable` when a retry may help, `internal` for an error in SQL, `invalid_input` for text
/// with a NUL in it.
Result<Rows> query(Connection& db, const char* sql, const Parameters& parameters);
/// Runs a statement made for this occasion: planned for these very parameters, kept nowhere.
Result<Rows> query_once(Connection& db, const std::string& sql, const Parameters& parameters);

template <class... Values>
Result<Rows> query(Connection& db, const char* sql, const Values&... values) {
    Parameters parameters;
    (parameters.add(values), ...);
    return query(db, sql, static_cast<const Parameters&>(parameters));
}

/// The rows through a mapper, or the error.
template <class Map>
auto map_rows(const Result<Rows>& rows, Map map) -> Result<std::vector<decltype(map((*rows)[0]))>> {
    if (!rows) return rows.error();
    std::vector<decltype(map((*rows)[0]))> mapped;
    mapped.reserve(static_cast<std::size_t>(rows->size()));
    for (const auto row : *rows) mapped.push_back(map(row));
    return mapped;
}

}  // namespace souk
