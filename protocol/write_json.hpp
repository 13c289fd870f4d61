#pragma once
// From a DTO to JSON, by its declared fields. It appends and never fails: what is written comes
// from our own state.

#include <concepts>
#include <functional>
#include <string>
#include <string_view>

#include "protocol/fields.hpp"
#include "protocol/json.hpp"
#include "protocol/text_values.hpp"

namespace souk {

template <class T>
void write_value(JsonWriter& out, const T& value, const Rule& rule = {}) {
    if constexpr (is_optional<T>) {
        value ? write_value(out, *value, rule) : out.null();
    } else if constexpr (std::same_as<T, bool>) {
        out.boolean(value);
    } else if constexpr (std::integral<T>) {
        out.integer(value);
    } else if constexpr (std::convertible_to<T, std::string_view>) {
        const std::string_view text = value;
        text.empty() && rule.null_when_empty ? out.null() : out.string(text);
    } else if constexpr (AppendsText<T>) {
        out.plain_string([&](std::string& text) { TextValue<T>::append(text, value); });
    } else if constexpr (HasText<T>) {
        out.string(TextValue<T>::write(value));
    } else if constexpr (HasCodec<T>) {
        Codec<T>::write(out, value);
    } else if constexpr (Dto<T>) {
        out.begin_object();
        for_each_field<T>([&](const auto& field) {
            out.key(field.name);
            write_value(out, std::invoke(field.get, value), field.rule);
        });
        out.end_object();
    } else {
        out.begin_array();
        for (const auto& item : value) write_value(out, item);
        out.end_array();
    }
}

template <class T>
void write_value(JsonWriter& out, const RawJson<T>& value, const Rule& = {}) {
    out.raw(value.text);
}

template <class T>
std::string write_json(const T& value, std::size_t size_hint = 512) {
    std::string text;
    text.reserve(size_hint);
    JsonWriter out{text};
    write_value(out, value);
    return text;
}

}  // namespace souk
