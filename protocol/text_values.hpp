#pragma once
// Types that are a text in JSON and in a query: how each is written, read, described and named in a
// refusal.

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/time.hpp"
#include "protocol/fields.hpp"
#include "protocol/json.hpp"

namespace souk {

template <class T>
struct TextValue;

template <class T>
concept HasText = requires {
    sizeof(TextValue<T>);
};

/// One that can be written without a text in between.
template <class T>
concept AppendsText = HasText<T> && requires(std::string& out, const T& value) {
    TextValue<T>::append(out, value);
};

template <class Tag>
struct TextValue<Id<Tag>> {
    static std::string write(const Id<Tag>& id) { return to_text(id); }
    static void append(std::string& out, const Id<Tag>& id) {
        append_typeid(out, Tag::prefix, id.uuid);
    }
    static std::optional<Id<Tag>> read(std::string_view text) { return parse_id<Id<Tag>>(text); }
    static std::string expectation() {
        return "must be an id that starts with " + std::string{Tag::prefix} + "_";
    }
    static void describe(JsonWriter& out) {
        out.key("pattern");
        out.string("^" + std::string{Tag::prefix} + "_[0-7][0-9a-hjkmnp-tv-z]{25}$");
    }
};

template <>
struct TextValue<Currency> {
    static std::string_view write(const Currency& currency) { return currency.text(); }
    static std::optional<Currency> read(std::string_view text) { return parse_currency(text); }
    static std::string expectation() { return "must be a currency traded here, such as USD"; }
    static void describe(JsonWriter& out) {
        out.key("pattern");
        out.string("^[A-Z]{3}$");
    }
};

template <>
struct TextValue<TimePoint> {
    static std::string write(TimePoint time) { return to_rfc3339(time); }
    static void append(std::string& out, TimePoint time) { append_rfc3339(out, time); }
    static std::optional<TimePoint> read(std::string_view text) { return parse_rfc3339(text); }
    static std::string expectation() { return "must be an RFC 3339 date and time"; }
    static void describe(JsonWriter& out) {
        out.key("format");
        out.string("date-time");
    }
};

template <NamedEnum T>
struct TextValue<T> {
    static std::string_view write(T value) { return to_text(value); }
    static std::optional<T> read(std::string_view text) { return parse_enum<T>(text); }
    static std::string expectation() {
        std::string choices;
        for (const auto& [value, text] : EnumNames<T>::names)
            choices.append(choices.empty() ? "" : ", ").append(text);
        return "must be one of " + choices;
    }
    static void describe(JsonWriter& out) {
        out.key("enum");
        out.begin_array();
        for (const auto& [value, text] : EnumNames<T>::names) out.string(text);
        out.end_array();
    }
};

}  // namespace souk
