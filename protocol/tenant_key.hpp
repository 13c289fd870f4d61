#pragma once
// Keys of entities as operators read and write them: the id alone in the default marketplace, and
// "tenant_…:cart_…" in every other.

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"

namespace souk {

inline std::string tenant_key_text(const TenantId& tenant, std::string id) {
    return tenant == default_tenant ? id : to_text(tenant) + ":" + id;
}

/// `parse_id` reads what follows the tenant, and gives an optional.
template <class IdType, class ParseId>
std::optional<OfTenant<IdType>> parse_tenant_key(std::string_view text, ParseId parse_id) {
    auto tenant = std::optional{default_tenant};
    if (text.starts_with("tenant_")) {
        const auto end = text.find(':');
        if (end == text.npos) return std::nullopt;
        tenant = souk::parse_id<TenantId>(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    const auto id = parse_id(text);
    if (!tenant || !id) return std::nullopt;
    return OfTenant<IdType>{*tenant, *id};
}

template <class IdType>
std::optional<OfTenant<IdType>> tenant_key_of(std::string_view text) {
    return parse_tenant_key<IdType>(text, parse_id<IdType>);
}

}  // namespace souk
