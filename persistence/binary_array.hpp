#pragma once
// A one-dimensional PostgreSQL array in binary format, element by element: the parameters of
// unnest(). Several times cheaper for the server to take in than an array's text. Format:
// array_recv and the types' own recv functions in PostgreSQL's sources.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"

namespace souk {

/// Element types, by their fixed object ids (pg_type.dat).
enum class PgType : std::uint32_t {
    boolean = 16,
    int8 = 20,
    text = 25,
    json = 114,
    date = 1082,
    timestamptz = 1184,
    uuid = 2950,
};

/// It never fails; what PostgreSQL cannot hold (a NUL, broken UTF-8) is refused there. A value must
/// be of the array's type: text, json and date take strings, int8 takes numbers and enumerations.
class BinaryArray {
public:
    explicit BinaryArray(PgType type);

    void add(std::string_view value);
    void add(const std::string& value) { add(std::string_view{value}); }
    void add(const char* value) { add(std::string_view{value}); }
    void add(Currency value) { add(value.text()); }
    void add(const Uuid& value);
    void add(TimePoint value);
    template <class Tag>
    void add(const Id<Tag>& value) {
        add(value.uuid);
    }
    // Constrained, so that a pointer or a number never turns into a bool on the way.
    template <std::same_as<bool> Bool>
    void add(Bool value) {
        add_bool(value);
    }
    template <class Number>
    requires((std::integral<Number> && !std::same_as<Number, bool>) ||
             std::is_enum_v<Number>) void add(Number value) {
        add_int8(static_cast<std::int64_t>(value));
    }
    template <class T>
    void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            add_null();
    }
    void add_null();

    /// The whole array; add nothing afterwards.
    const std::string& bytes();

private:
    void add_bool(bool value);
    void add_int8(std::int64_t value);
    void add_date(std::string_view value);

    PgType type_;
    std::string bytes_;
    std::uint32_t elements_{0};
    bool has_null_{false};
};

}  // namespace souk
