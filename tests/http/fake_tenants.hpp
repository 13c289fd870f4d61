#pragma once
// Marketplaces that a test has put there; the default one needs no name.

#include <map>
#include <string>

#include "protocol/views.hpp"

namespace souk {

class FakeTenants final : public Tenants {
public:
    std::optional<TenantId> of_host(std::string_view host) const override {
        return find(hosts, host);
    }
    std::optional<TenantId> named(std::string_view name) const override {
        return find(names, name);
    }
    std::vector<Tenant> all() const override { return {}; }
    void create(Tenant tenant, AuditEntry, Promise<Result<MadeTenant>> made) override {
        made(MadeTenant{std::move(tenant), "souk_key"});
    }
    void change(TenantId, TenantChange, AuditEntry, Promise<Result<Tenant>>) override {}

    std::map<std::string, TenantId, std::less<>> hosts;
    std::map<std::string, TenantId, std::less<>> names;

private:
    using Names = std::map<std::string, TenantId, std::less<>>;
    static std::optional<TenantId> find(const Names& names, std::string_view name) {
        const auto found = names.find(name);
        if (found == names.end()) return std::nullopt;
        return found->second;
    }
};

}  // namespace souk
