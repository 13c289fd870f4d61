#pragma once
// From JSON to a DTO, by its declared fields. Everything that is wrong is found in one pass and
// named by its path: `shippingAddress.city`, `items[0].quantity`.

#include <array>
#include <concepts>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "protocol/fields.hpp"
#include "protocol/json.hpp"
#include "protocol/problems.hpp"
#include "protocol/text_values.hpp"

namespace souk {

template <class T>
void read_value(JsonValue value, const Rule& rule, T& out, Problems& problems);

inline void read_string(JsonValue value, const Rule& rule, std::string& out, Problems& problems) {
    if (value.is_null() && rule.null_when_empty) return;
    if (!value.is_string()) return problems.add("must be a string");
    check_text(value.as_string(), rule, problems);
    check_no_card_number(value.as_string(), rule, problems);
    out = value.as_string();
}

inline void read_integer(JsonValue value, const Rule& rule, std::int64_t& out, Problems& problems) {
    if (!value.is_number()) return problems.add("must be a whole number");
    if (!value.is_integer()) return problems.add("must be a whole number of at most 63 bits");
    out = value.as_integer();
    check_number(out, rule, problems);
}

template <Dto T>
void read_object(JsonValue value, T& out, Problems& problems) {
    if (!value.is_object()) return problems.add("must be an object");
    std::array<bool, field_count<T>> given{};
    for (std::size_t member = 0; member < value.size(); ++member) {
        const auto name = value.member_name(member);
        const Problems::Inside inside(problems, name);
        std::size_t index = 0;
        bool known = false;
        for_each_field<T>([&](const auto& field) {
            if (field.name == name) {
                known = true;
                if (given[index]) problems.add("is given twice");
                given[index] = true;
                read_value(value.member(member), field.rule, out.*field.get, problems);
            }
            ++index;
        });
        if (!known) problems.add("is not a known field");
    }
    std::size_t index = 0;
    for_each_field<T>([&](const auto& field) {
        if (given[index++] || !is_required<T>(field)) return;
        const Problems::Inside inside(problems, field.name);
        problems.add("is required");
    });
}

template <class T>
void read_array(JsonValue value, const Rule& rule, std::vector<T>& out, Problems& problems) {
    if (!value.is_array()) return problems.add("must be an array");
    check_count(value.size(), rule, problems);
    if (value.size() > rule.max_items) return;
    out.resize(value.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Problems::Inside inside(problems, i);
        read_value(value.item(i), Rule{}, out[i], problems);
    }
}

template <class T>
void read_value(JsonValue value, const Rule& rule, T& out, Problems& problems) {
    if constexpr (is_optional<T>) {
        if (!value.is_null()) read_value(value, rule, out.emplace(), problems);
    } else if constexpr (std::same_as<T, bool>) {
        if (!value.is_boolean()) return problems.add("must be true or false");
        out = value.as_boolean();
    } else if constexpr (std::same_as<T, std::int64_t>) {
        read_integer(value, rule, out, problems);
    } else if constexpr (std::same_as<T, std::string>) {
        read_string(value, rule, out, problems);
    } else if constexpr (HasText<T>) {
        const auto read = value.is_string() ? TextValue<T>::read(value.as_string()) : std::nullopt;
        if (!read) return problems.add(TextValue<T>::expectation());
        out = *read;
    } else if constexpr (HasCodec<T>) {
        Codec<T>::read(value, out, problems);
    } else if constexpr (Dto<T>) {
        read_object(value, out, problems);
    } else {
        read_array(value, rule, out, problems);
    }
}

/// The body of a request. An empty text stands for {} when no field is required.
template <Dto T>
Result<T> read_json(std::string_view text) {
    if (text.empty()) {
        if constexpr (has_required_fields<T>())
            return refuse(ErrorCode::invalid_input, "A JSON body is required");
        text = "{}";
    }
    const auto document = JsonDocument::parse(text);
    if (!document) return document.error();
    if (!document->root().is_object())
        return refuse(ErrorCode::invalid_input, "The body must be a JSON object");
    T out{};
    Problems problems;
    read_object(document->root(), out, problems);
    if (!problems.none()) return std::move(problems).error();
    return out;
}

}  // namespace souk
