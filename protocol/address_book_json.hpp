#pragma once
// Saved addresses as they travel: those of an order, with what they are for.

#include <array>
#include <string_view>
#include <utility>

#include "domain/address_book.hpp"
#include "protocol/address_json.hpp"
#include "protocol/text_values.hpp"

namespace souk {

template <>
struct EnumNames<AddressType> {
    static constexpr std::array<std::pair<AddressType, std::string_view>, 2> names{{
        {AddressType::shipping, "shipping"},
        {AddressType::billing, "billing"},
    }};
};

struct SavedAddressBody : Address {
    AddressType type{AddressType::shipping};
    bool is_default{false};
};

template <>
struct Schema<SavedAddressBody> {
    using Body = SavedAddressBody;
    static constexpr std::string_view name = "SaveAddress";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::tuple_cat(
        std::make_tuple(
            field("type", &Body::type, "shipping unless said otherwise.", {.optional = true}),
            field("isDefault", &Body::is_default,
                  "Make it the default of its type. One that is stays so until another "
                  "is made it; the first of a type is it by itself.",
                  {.optional = true})),
        address_fields(true));
};

struct SavedAddressView : Address {
    AddressId id;
    AddressType type{AddressType::shipping};
    bool is_default{false};
    TimePoint created_at;
    TimePoint updated_at;
    Version version{};
};

inline SavedAddressView view_of(const SavedAddress& saved) {
    SavedAddressView view;
    static_cast<Address&>(view) = saved.address;
    view.id = saved.id;
    view.type = saved.type;
    view.is_default = saved.is_default;
    view.created_at = saved.created_at;
    view.updated_at = saved.updated_at;
    view.version = saved.version;
    return view;
}

template <>
struct Schema<SavedAddressView> {
    using View = SavedAddressView;
    static constexpr std::string_view name = "SavedAddress";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::tuple_cat(
        std::make_tuple(field("id", &View::id, "The address."),
                        field("type", &View::type, "What it is for."),
                        field("isDefault", &View::is_default, "Is it the default of its type?")),
        address_fields(true),
        std::make_tuple(field("createdAt", &View::created_at, "When it was added."),
                        field("updatedAt", &View::updated_at, "When it was last changed."),
                        field("version", &View::version, "Counts changes; also the ETag.")));
};

}  // namespace souk
