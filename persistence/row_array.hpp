#pragma once
// Rows for one unnest(): an array of a composite type, in binary format. An array per column would
// be taken apart, kept and put together again by PostgreSQL column by column, at more than twice
// the cost (docs/decisions/0024-arrays-of-rows.md). Format: array_recv, record_recv and the types'
// own recv functions in PostgreSQL's sources.

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"

namespace souk {

/// Types of columns, by their fixed object ids (pg_type.dat).
enum class PgType : std::uint32_t {
    boolean = 16,
    int8 = 20,
    text = 25,
    json = 114,
    date = 1082,
    timestamptz = 1184,
    uuid = 2950,
};

/// A composite type and its columns, which have no names: statements name them.
struct RowType {
    const char* name;
    std::span<const PgType> columns;
};

/// The bytes of such an array. It never fails; what PostgreSQL cannot hold (a NUL, broken UTF-8) is
/// refused there. A value must be of its column's type: text, json and date take strings, int8
/// takes numbers and enumerations.
class RowBytes {
public:
    void begin_row(std::size_t columns);
    void end_row();

    void add(PgType type, std::string_view value);
    void add(PgType type, const std::string& value) { add(type, std::string_view{value}); }
    void add(PgType type, const char* value) { add(type, std::string_view{value}); }
    void add(PgType type, Currency value) { add(type, value.text()); }
    void add(PgType type, const Uuid& value);
    void add(PgType type, TimePoint value);
    template <class Tag>
    void add(PgType type, const Id<Tag>& value) {
        add(type, value.uuid);
    }
    // Constrained, so that a pointer or a number never turns into a bool on the way.
    template <std::same_as<bool> Bool>
    void add(PgType type, Bool value) {
        add_bool(type, value);
    }
    template <class Number>
    requires((std::integral<Number> && !std::same_as<Number, bool>) ||
             std::is_enum_v<Number>) void add(PgType type, Number value) {
        add_int8(type, static_cast<std::int64_t>(value));
    }
    template <class T>
    void add(PgType type, const std::optional<T>& value) {
        if (value)
            add(type, *value);
        else
            add_null(type);
    }
    void add_null(PgType type);

    std::int64_t rows() const { return rows_; }
    /// The whole array, of elements with this object id; add nothing afterwards.
    const std::string& close(std::uint32_t row_type_id);

private:
    void add_bool(PgType type, bool value);
    void add_int8(PgType type, std::int64_t value);
    void add_date(PgType type, std::string_view value);

    std::string bytes_;
    std::size_t row_at_{0};
    std::int32_t rows_{0};
};

template <PgType... types>
class RowArray {
public:
    explicit RowArray(const char* type_name) : type_name_(type_name) {}

    template <class... Values>
    void add(const Values&... values) {
        static_assert(sizeof...(Values) == sizeof...(types));
        bytes_.begin_row(sizeof...(types));
        std::size_t column = 0;
        (bytes_.add(columns_[column++], values), ...);
        bytes_.end_row();
    }
    std::int64_t rows() const { return bytes_.rows(); }
    const char* type_name() const { return type_name_; }
    RowType type() const { return {type_name_, columns_}; }
    const std::string& bytes(std::uint32_t row_type_id) { return bytes_.close(row_type_id); }

private:
    static constexpr std::array<PgType, sizeof...(types)> columns_{types...};
    const char* type_name_;
    RowBytes bytes_;
};

}  // namespace souk
