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
/// Where pages are: http:// or https://, a host, and maybe a port and a path of plain characters.
bool is_site_url(std::string_view text);

struct CreateTenantBody {
    std::string slug;
    std::string name;
    std::optional<std::vector<std::string>> hosts;
    std::optional<std::string> site_url;
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
        field("hosts", &Body::hosts, "Host names whose requests are for it.", {.max_items = 20}),
        field("siteUrl", &Body::site_url, "What links in its mails begin with: https://…",
              {.max_length = 255}));
};

struct ChangeTenantBody {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> hosts;
    std::optional<std::string> site_url;
};

template <>
struct Schema<ChangeTenantBody> {
    using Body = ChangeTenantBody;
    static constexpr std::string_view name = "ChangeTenant";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("name", &Body::name, "What people call it.", {.min_length = 1, .max_length = 100}),
        field("hosts", &Body::hosts, "All host names whose requests are for it.",
              {.max_items = 20}),
        field("siteUrl", &Body::site_url,
              "What links in its mails begin with; empty: what the deployment's begin with.",
              {.max_length = 255}));
};

/// Refusals of both: `invalid_input`, naming each field that is no slug, host or address.
Result<Tenant> tenant_of(const CreateTenantBody& body, TenantId id, TimePoint now);
Result<TenantChange> change_of(const ChangeTenantBody& body);

template <>
struct Schema<Tenant> {
    static constexpr std::string_view name = "Tenant";
    static constexpr auto use = Use::answer;
    static constexpr auto fields =
        std::make_tuple(field("id", &Tenant::id, "Also understood in X-Tenant-Id."),
                        field("slug", &Tenant::slug, "What X-Tenant-Id says."),
                        field("name", &Tenant::name, "What people call it."),
                        field("hosts", &Tenant::hosts, "Host names whose requests are for it."),
                        field("siteUrl", &Tenant::site_url,
                              "What links in its mails begin with; null: the deployment's.",
                              {.null_when_empty = true}),
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
