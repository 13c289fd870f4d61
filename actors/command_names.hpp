#pragma once
// What commands and letters are called in front of people: one name per alternative of a variant.

#include <array>
#include <string_view>
#include <variant>

namespace souk {

template <class Variant>
using NamesOf = std::array<std::string_view, std::variant_size_v<Variant>>;

template <class Variant>
std::string_view name_in(const NamesOf<Variant>& names, const Variant& value) {
    return names[value.index()];
}

}  // namespace souk
