#pragma once
// Marketplaces as operators of the deployment make and list them.

#include <optional>
#include <string>
#include <vector>

#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"
#include "protocol/views.hpp"

namespace souk {

/// A slug, as PostgreSQL's check says too: "a-shop-2".
bool is_tenant_slug(std::string_view text);
/// A host's name in lower case, without a port.
bool is_host_name(std::string_view text);

struct CreateTenantBody {
    std::string slug;
    std::string name;
    std::optional<std::vector<std::string>> hosts;
};

template <>
struct Schema<CreateTenantBody> {
    using Body = CreateTenantBody;
    static constexpr std::string_view name = "CreateTenant";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("slug", &Body::slug, "Lower-case letters, digits and hyphens; what X-Tenant-Id says.",
              {.min_length = 1, .max_length = 63}),
        field("name", &Body::name, "What people call it.", {.min_length = 1, .max_length = 100}),
        field("hosts", &Body::hosts, "Host names whose requests are for it.", {.max_items = 20}));
};

/// Refusals: `invalid_input`, naming each field that is no slug or host.
Result<Tenant> tenant_of(const CreateTenantBody& body, TenantId id, TimePoint now);

template <>
struct Schema<Tenant> {
    static constexpr std::string_view name = "Tenant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("id", &Tenant::id, "Also understood in X-Tenant-Id."),
                        field("slug", &Tenant::slug, "What X-Tenant-Id says."),
                        field("name", &Tenant::name, "What people call it."),
                        field("hosts", &Tenant::hosts, "Host names whose requests are for it."),
                        field("createdAt", &Tenant::created_at, "When it was made."));
};

template <>
struct Schema<MadeTenant> {
    static constexpr std::string_view name = "NewTenant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("tenant", &MadeTenant::tenant, "The marketplace."),
        field("apiKey", &MadeTenant::api_key, "Its operator's key, shown this once."));
};

}  // namespace souk
