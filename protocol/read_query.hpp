#pragma once
// From a query string to a DTO, by its declared fields and with the same checks as a body.

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "protocol/fields.hpp"
#include "protocol/problems.hpp"
#include "protocol/text_values.hpp"

namespace souk {

inline void read_number(std::string_view text, const Rule& rule, std::int64_t& out,
                        Problems& problems) {
    const auto* const end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(text.data(), end, out);
    if (failure != std::errc{} || stopped != end)
        return problems.add("must be a whole number of at most 63 bits");
    check_number(out, rule, problems);
}

template <class T>
void read_text(std::string_view text, const Rule& rule, T& out, Problems& problems) {
    if constexpr (is_optional<T>) {
        read_text(text, rule, out.emplace(), problems);
    } else if constexpr (std::same_as<T, bool>) {
        if (text != "true" && text != "false") return problems.add("must be true or false");
        out = text == "true";
    } else if constexpr (std::same_as<T, std::int64_t>) {
        read_number(text, rule, out, problems);
    } else if constexpr (std::same_as<T, std::string>) {
        check_text(text, rule, problems);
        out = text;
    } else if constexpr (HasText<T>) {
        const auto read = TextValue<T>::read(text);
        if (!read) return problems.add(TextValue<T>::expectation());
        out = *read;
    } else if constexpr (is_vector<T>) {
        while (!text.empty()) {
            const auto item = text.substr(0, text.find(','));
            Rule item_rule = rule;
            item_rule.optional = false;
            item_rule.min_length = 1;
            read_text(item, item_rule, out.emplace_back(), problems);
            text.remove_prefix(std::min(item.size() + 1, text.size()));
        }
        check_count(out.size(), rule, problems);
    } else {
        Codec<T>::read_text(text, out, problems);
    }
}

/// Unknown parameters are refused, and so is one that is given twice.
template <Dto T>
Result<T> read_query(const std::vector<std::pair<std::string, std::string>>& query) {
    T out{};
    Problems problems;
    std::array<bool, field_count<T>> given{};
    for (const auto& [name, text] : query) {
        const Problems::Inside inside(problems, name);
        std::size_t index = 0;
        bool known = false;
        for_each_field<T>([&](const auto& field) {
            if (field.name == name) {
                known = true;
                if (given[index]) problems.add("is given twice");
                given[index] = true;
                read_text(text, field.rule, out.*field.get, problems);
            }
            ++index;
        });
        if (!known) problems.add("is not a known parameter");
    }
    std::size_t index = 0;
    for_each_field<T>([&](const auto& field) {
        if (given[index++] || !is_required<T>(field)) return;
        const Problems::Inside inside(problems, field.name);
        problems.add("is required");
    });
    if (!problems.none()) return std::move(problems).error();
    return out;
}

}  // namespace souk
