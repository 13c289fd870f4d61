#include <ostream>
#include <string>

#include "app/ctl/command_functions.hpp"
#include "app/ctl/text_table.hpp"
#include "protocol/json.hpp"

namespace souk {

int list_tenants(CtlSession& session) {
    const auto answer = session.client.get("/tenants");
    if (!answer) return report_error(session.errors, answer.error());
    const auto document = JsonDocument::parse(*answer);
    if (!document) return report_error(session.errors, document.error());
    const auto data = member_of(document->root(), "data");
    if (session.options.json || !data)
        session.out << *answer << '\n';
    else
        session.out << text_table({{"SLUG", "slug"}, {"NAME", "name"}, {"ID", "id"}}, *data);
    return ctl_done;
}

int create_tenant(CtlSession& session) {
    const auto& options = session.options;
    if (options.words.front() != "create") return misused(session, "usage: tenant create SLUG");
    const auto& slug = options.words.back();
    std::string body;
    JsonWriter out{body};
    out.begin_object();
    out.key("slug");
    out.string(slug);
    out.key("name");
    out.string(options.name.empty() ? slug : options.name);
    if (!options.host.empty()) {
        out.key("hosts");
        out.begin_array();
        out.string(options.host);
        out.end_array();
    }
    out.end_object();
    const auto answer = session.client.post("/tenants", body, options.idempotency_key);
    if (!answer) return report_error(session.errors, answer.error());
    if (session.options.json) {
        session.out << *answer << '\n';
        return ctl_done;
    }
    const auto document = JsonDocument::parse(*answer);
    if (!document) return report_error(session.errors, document.error());
    const auto data = member_of(document->root(), "data");
    const auto tenant = data ? member_of(*data, "tenant") : std::nullopt;
    if (tenant)
        session.out << text_list({{"slug", "slug"}, {"name", "name"}, {"id", "id"}}, *tenant);
    const auto key = data ? member_of(*data, "apiKey") : std::nullopt;
    if (key) session.out << "operator's key, shown this once: " << key->as_string() << '\n';
    return ctl_done;
}

}  // namespace souk
