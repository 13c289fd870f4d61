#pragma once
// A DTO's fields, declared once. Reading with all its checks, writing, query strings and the
// OpenAPI schema follow from the declaration:
//
//     template <> struct Schema<CancelBody> {
//         static constexpr std::string_view name = "CancelOrder";
//         static constexpr auto use = Use::request;
//         static constexpr auto fields = std::make_tuple(
//             field("reason", &CancelBody::reason, "Why, for the record.", {.max_length = 255}));
//     };

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace souk {

/// What a text must look like beyond its length.
enum class Format { any, email, phone, country, slug, token };

inline constexpr std::size_t unlimited_length = std::numeric_limits<std::size_t>::max();

/// What a value must keep to. Lengths count characters, not bytes.
struct Rule {
    std::int64_t min{std::numeric_limits<std::int64_t>::min()};
    std::int64_t max{std::numeric_limits<std::int64_t>::max()};
    std::size_t min_length{0};
    std::size_t max_length{unlimited_length};
    std::size_t min_items{0};
    std::size_t max_items{100};
    Format format{Format::any};
    bool optional{false};         // may be left out; the member then keeps its default
    bool null_when_empty{false};  // an empty text stands for null, or for nothing at all
};

/// `get` is a pointer to the member or, in an answer, any function of the whole.
template <class Getter>
struct Field {
    std::string_view name;
    Getter get;
    std::string_view doc;
    Rule rule;
};

template <class Getter>
constexpr Field<Getter> field(std::string_view name, Getter get, std::string_view doc,
                              Rule rule = {}) {
    return {name, get, doc, rule};
}

/// Where a DTO travels. In an answer every field is always there; in a request the optional ones
/// may be missing.
enum class Use { request, answer, both };

/// Specialised per DTO with `name` (empty: described where it is used), `use` and `fields`.
template <class T>
struct Schema;

template <class T>
concept Dto = requires {
    Schema<T>::fields;
};

/// Specialised per enum with `names`, an array of pairs of value and text.
template <class T>
struct EnumNames;

template <class T>
concept NamedEnum = requires {
    EnumNames<T>::names;
};

template <NamedEnum T>
constexpr std::string_view to_text(T value) {
    for (const auto& [candidate, text] : EnumNames<T>::names)
        if (candidate == value) return text;
    return {};
}

template <NamedEnum T>
constexpr std::optional<T> parse_enum(std::string_view text) {
    for (const auto& [value, candidate] : EnumNames<T>::names)
        if (candidate == text) return value;
    return std::nullopt;
}

/// Specialised for a type that is neither text nor number nor DTO; see `write_json.hpp`,
/// `read_json.hpp` and `json_schema.hpp` for `write`, `read` and `schema`.
template <class T>
struct Codec;

template <class T>
concept HasCodec = requires {
    sizeof(Codec<T>);
};

/// A `T` that is rendered already.
template <class T>
struct RawJson {
    std::string_view text;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T, class Getter>
using FieldValue = std::remove_cvref_t<std::invoke_result_t<const Getter&, const T&>>;

/// Calls `visit` with each field of `T`, in the order declared.
template <Dto T, class Visit>
constexpr void for_each_field(Visit&& visit) {
    std::apply([&](const auto&... one) { (visit(one), ...); }, Schema<T>::fields);
}

template <Dto T>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(Schema<T>::fields)>;

/// Must a request give this field?
template <class T, class Getter>
constexpr bool is_required(const Field<Getter>& field) {
    return !is_optional<FieldValue<T, Getter>> && !field.rule.optional &&
           !field.rule.null_when_empty;
}

template <Dto T>
constexpr bool has_required_fields() {
    bool found = false;
    for_each_field<T>([&](const auto& field) { found = found || is_required<T>(field); });
    return found;
}

}  // namespace souk
