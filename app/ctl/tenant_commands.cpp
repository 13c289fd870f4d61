#include <algorithm>
#include <ostream>
#include <string>

#include "app/ctl/command_functions.hpp"
#include "app/ctl/text_table.hpp"
#include "protocol/json.hpp"

namespace souk {

int list_tenants(CtlSession& session) {
    const auto answer = session.client.get("/tenants?limit=100");
    if (!answer) return report_error(session.errors, answer.error());
    const auto document = JsonDocument::parse(*answer);
    if (!document) return report_error(session.errors, document.error());
    const auto data = member_of(document->root(), "data");
    if (session.options.json || !data)
        session.out << *answer << '\n';
    else
        session.out << text_table(
            {{"SLUG", "slug"}, {"NAME", "name"}, {"SITE", "siteUrl"}, {"ID", "id"}}, *data);
    return ctl_done;
}

namespace {

void write_hosts(JsonWriter& out, std::string_view hosts) {
    out.key("hosts");
    out.begin_array();
    while (!hosts.empty()) {
        const auto end = std::min(hosts.find(','), hosts.size());
        out.string(hosts.substr(0, end));
        hosts.remove_prefix(std::min(end + 1, hosts.size()));
    }
    out.end_array();
}

/// What is not given stays as it is, or is as for any new one.
std::string body_of(const CtlOptions& options, const std::string& new_slug) {
    std::string body;
    JsonWriter out{body};
    const auto add = [&](std::string_view name, const std::string& value) {
        if (value.empty()) return;
        out.key(name);
        out.string(value);
    };
    out.begin_object();
    add("slug", new_slug);
    add("name", options.name.empty() ? new_slug : options.name);
    add("siteUrl", options.site_url);
    if (!options.host.empty()) write_hosts(out, options.host);
    out.end_object();
    return body;
}

void show(CtlSession& session, const std::optional<JsonValue>& tenant) {
    if (tenant)
        session.out << text_list({{"slug", "slug"},
                                  {"name", "name"},
                                  {"hosts", "hosts"},
                                  {"site", "siteUrl"},
                                  {"id", "id"}},
                                 *tenant);
}

int create_tenant(CtlSession& session, const std::string& slug) {
    const auto& options = session.options;
    const auto answer =
        session.client.post("/tenants", body_of(options, slug), options.idempotency_key);
    if (!answer) return report_error(session.errors, answer.error());
    if (options.json) {
        session.out << *answer << '\n';
        return ctl_done;
    }
    const auto document = JsonDocument::parse(*answer);
    if (!document) return report_error(session.errors, document.error());
    const auto data = member_of(document->root(), "data");
    show(session, data ? member_of(*data, "tenant") : std::nullopt);
    const auto key = data ? member_of(*data, "apiKey") : std::nullopt;
    if (key) session.out << "operator's key, shown this once: " << key->as_string() << '\n';
    return ctl_done;
}

int update_tenant(CtlSession& session, const std::string& slug) {
    const auto answer =
        session.client.put("/tenants/" + url_part(slug), body_of(session.options, ""));
    if (!answer) return report_error(session.errors, answer.error());
    if (session.options.json) {
        session.out << *answer << '\n';
        return ctl_done;
    }
    const auto document = JsonDocument::parse(*answer);
    if (!document) return report_error(session.errors, document.error());
    show(session, member_of(document->root(), "data"));
    return ctl_done;
}

}  // namespace

int put_tenant(CtlSession& session) {
    const auto& words = session.options.words;
    const auto& slug = words.back();
    if (words.front() == "create") return create_tenant(session, slug);
    if (words.front() == "update") return update_tenant(session, slug);
    return misused(session, "usage: tenant create|update SLUG");
}

}  // namespace souk
