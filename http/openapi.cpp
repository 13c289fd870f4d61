#include "http/openapi.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <vector>

#include "http/router.hpp"
#include "protocol/error_json.hpp"
#include "protocol/json_schema.hpp"

namespace souk {
namespace {

constexpr ErrorCode all_codes[] = {
    ErrorCode::invalid_input,
    ErrorCode::unprocessable,
    ErrorCode::unauthenticated,
    ErrorCode::forbidden,
    ErrorCode::not_found,
    ErrorCode::method_not_allowed,
    ErrorCode::conflict,
    ErrorCode::insufficient_stock,
    ErrorCode::payment_failed,
    ErrorCode::gone,
    ErrorCode::payload_too_large,
    ErrorCode::unsupported_media_type,
    ErrorCode::idempotency_mismatch,
    ErrorCode::precondition_failed,
    ErrorCode::rate_limited,
    ErrorCode::request_timeout,
    ErrorCode::unavailable,
    ErrorCode::internal,
};

struct TagDoc {
    std::string_view name;
    std::string_view doc;
};
constexpr TagDoc tag_docs[] = {
    {"Products", "What can be bought."},
    {"Accounts", "People: registering, logging in, their profiles and devices."},
    {"Cart", "Carts, owned by whoever knows their id."},
    {"Checkout", "What sending a cart costs, and what a code takes off it."},
    {"Orders", "From a cart to the door."},
    {"Payments", "What buyers pay, what they get back, and what waits for an operator."},
    {"Webhooks", "What payment gateways tell of their own accord."},
    {"Inventory", "Stock by variant and seller, reservations, the ledger."},
    {"Live", "The same things as they change, over a WebSocket or as server-sent events."},
    {"Console", "What operators see of the actors, and do to them."},
    {"System", "How the server is."},
};

struct HeaderDoc {
    std::string_view name;
    std::string_view doc;
    std::string_view schema;
    bool always{false};
};
constexpr HeaderDoc answer_headers[] = {
    {"X-Request-Id", "Names this request in the server's log.", R"({"type":"string"})", true},
    {"ETag", "Version of what is shown.", R"({"type":"string"})", true},
    {"Location", "Address of what was created.", R"({"type":"string"})", true},
    {"Set-Cookie", "What the browser shows again when it comes back.", R"({"type":"string"})"},
    {"Content-Disposition", "To be kept as a file of that name.", R"({"type":"string"})", true},
    {"Retry-After", "Seconds to wait before trying again.", R"({"type":"integer"})"},
    {"Idempotent-Replayed", "Present when an earlier answer is given again.",
     R"({"type":"string","enum":["true"]})"},
};

constexpr HeaderDoc request_headers[] = {
    {"Idempotency-Key",
     "A repeat with the same key and body gets the first answer; kept for 24 hours.",
     R"({"type":"string","minLength":1,"maxLength":255})"},
    {"If-Match", "Do it only if this ETag is still current, else 412.", R"({"type":"string"})"},
    {"If-None-Match", "Answer 304 if this ETag is still current.", R"({"type":"string"})"},
    {"X-Tenant-Id", "The marketplace that is meant, by its slug or id; without it the host's.",
     R"({"type":"string"})"},
    {"Last-Event-ID", "The last event that was seen: the stream goes on from there.",
     R"({"type":"string","pattern":"^[0-9]+$"})"},
    {"Stripe-Signature", "Time and HMAC of the body, as Stripe signs its events.",
     R"({"type":"string"})"},
};

void member(JsonWriter& out, std::string_view name, std::string_view text) {
    out.key(name);
    out.string(text);
}

void reference(JsonWriter& out, std::string_view kind, std::string_view name) {
    out.begin_object();
    member(out, "$ref", "#/components/" + std::string{kind} + "/" + std::string{name});
    out.end_object();
}

/// "Not Found" → "NotFound".
std::string component_name(std::string_view title) {
    std::string name{title};
    std::erase(name, ' ');
    return name;
}

std::string method_name(Method method) {
    std::string name{to_text(method)};
    std::ranges::transform(name, name.begin(),
                           [](char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

std::vector<std::string_view> path_names(std::string_view pattern) {
    std::vector<std::string_view> names;
    while (true) {
        const auto open = pattern.find('{');
        if (open == std::string_view::npos) return names;
        const auto close = pattern.find('}', open);
        names.push_back(pattern.substr(open + 1, close - open - 1));
        pattern.remove_prefix(close + 1);
    }
}

bool takes(const Route& route, std::string_view header) {
    return std::ranges::find(route.doc.request_headers, header) != route.doc.request_headers.end();
}

/// Everything a route may refuse with: what it says itself, and what the stages add.
std::set<ErrorCode> refusals_of(const Route& route) {
    using enum ErrorCode;
    // An address that is always there is not, for a marketplace that nobody knows.
    std::set<ErrorCode> codes{invalid_input, unauthenticated, not_found, internal, unavailable};
    codes.insert(route.doc.errors.begin(), route.doc.errors.end());
    if (route.rate != RateClass::unlimited) codes.insert(rate_limited);
    const bool is_for_some =
        route.access.kind == Access::Kind::key || route.access.kind == Access::Kind::user;
    if (is_for_some || !route.access.scopes.empty()) codes.insert(forbidden);
    if (route.method != Method::get) codes.insert({payload_too_large, request_timeout});
    if (route.doc.body != nullptr) codes.insert(unsupported_media_type);
    if (route.is_keyed()) codes.insert(idempotency_mismatch);
    if (takes(route, "If-Match")) codes.insert(precondition_failed);
    return codes;
}

/// Of an answer without a DTO.
std::string_view schema_of_media(std::string_view type) {
    if (type == "application/json") return R"({"type":"object"})";
    // Readers of the document differ in whether this is of one event or of all of them.
    if (type == "text/event-stream") return R"({"description":"Events, see docs/live.md."})";
    if (type == "application/zip") return R"({"type":"string","format":"binary"})";
    return R"({"type":"string"})";
}

class Document {
public:
    Document(const Router& router, std::string_view version) : router_(router), out_(text_) {
        out_.begin_object();
        member(out_, "openapi", "3.0.3");
        write_info(version);
        out_.key("servers");
        out_.raw(R"([{"url":"/api/v1"},{"url":"/api","description":"The same, unversioned."}])");
        write_tags();
        write_paths();
        write_components();
        out_.end_object();
    }

    std::string text() && { return std::move(text_); }

private:
    void write_info(std::string_view version) {
        out_.key("info");
        out_.begin_object();
        member(out_, "title", "Souk");
        member(out_, "version", version);
        member(out_, "description",
               "A marketplace that sells. Money is in minor units of its currency, times are UTC. "
               "Every error has the same envelope; ask for application/problem+json to get RFC "
               "9457 instead.");
        out_.key("license");
        out_.raw(R"({"name":"Apache-2.0","url":"https://www.apache.org/licenses/LICENSE-2.0"})");
        out_.end_object();
    }

    void write_tags() {
        out_.key("tags");
        out_.begin_array();
        for (const auto& [name, doc] : tag_docs) {
            out_.begin_object();
            member(out_, "name", name);
            member(out_, "description", doc);
            out_.end_object();
        }
        out_.end_array();
    }

    void write_paths() {
        std::vector<std::string> order;
        std::map<std::string, std::vector<const Route*>> by_path;
        for (const auto& route : router_.routes()) {
            auto& same = by_path[route->pattern];
            if (same.empty()) order.push_back(route->pattern);
            same.push_back(route.get());
        }
        out_.key("paths");
        out_.begin_object();
        for (const auto& path : order) {
            out_.key(path);
            out_.begin_object();
            if (by_path[path].front()->mount != Mount::api) {
                out_.key("servers");
                out_.raw(R"([{"url":"/"}])");
            }
            for (const auto* route : by_path[path]) write_operation(*route);
            out_.end_object();
        }
        out_.end_object();
    }

    void write_operation(const Route& route) {
        out_.key(method_name(route.method));
        out_.begin_object();
        member(out_, "operationId", route.doc.operation_id);
        member(out_, "summary", route.doc.summary);
        out_.key("tags");
        out_.begin_array();
        out_.string(route.doc.tag);
        out_.end_array();
        write_security(route);
        write_parameters(route);
        if (route.doc.body != nullptr) write_body(*route.doc.body);
        write_responses(route);
        out_.end_object();
    }

    void write_security(const Route& route) {
        constexpr std::string_view key = R"({"apiKey":[]},{"bearerKey":[]},{"accessToken":[]})";
        std::string schemes;
        if (route.access.kind == Access::Kind::key) {
            schemes = key;
        } else if (route.access.kind == Access::Kind::user) {
            schemes = R"({"accessToken":[]})";
        } else if (route.access.proof == Access::Proof::cart) {
            schemes = R"({"cartSecret":[]},)" + std::string{key};
        } else if (route.access.kind == Access::Kind::owner) {
            // The id in the path or in the body is the secret.
            schemes = "{}," + std::string{key};
        }
        out_.key("security");
        out_.raw("[" + schemes + "]");
        if (route.access.scopes.empty()) return;
        std::string scopes = "Scope:";
        for (const auto scope : route.access.scopes) scopes.append(" ").append(scope);
        member(out_, "description", scopes);
    }

    void write_parameters(const Route& route) {
        out_.key("parameters");
        out_.begin_array();
        for (const auto name : path_names(route.pattern)) {
            out_.begin_object();
            member(out_, "name", name);
            member(out_, "in", "path");
            out_.key("required");
            out_.boolean(true);
            out_.key("schema");
            out_.raw(R"({"type":"string"})");
            out_.end_object();
        }
        if (route.doc.query != nullptr) {
            for (const auto& parameter : route.doc.query->parameters()) write_query(parameter);
        }
        for (const auto& header : request_headers) {
            const bool is_used =
                takes(route, header.name) || header.name == "X-Tenant-Id" ||
                (header.name == "Idempotency-Key" && route.is_keyed()) ||
                (header.name == "If-None-Match" && route.method == Method::get && route.doc.etag);
            if (is_used) reference(out_, "parameters", header.name);
        }
        out_.end_array();
    }

    void write_query(const ParameterInfo& parameter) {
        out_.begin_object();
        member(out_, "name", parameter.name);
        member(out_, "in", "query");
        member(out_, "description", parameter.doc);
        if (parameter.required) {
            out_.key("required");
            out_.boolean(true);
        }
        if (parameter.list) {
            out_.key("explode");
            out_.boolean(false);
        }
        out_.key("schema");
        out_.raw(parameter.schema);
        out_.end_object();
    }

    void write_body(const DtoInfo& body) {
        out_.key("requestBody");
        out_.begin_object();
        if (body.required) {
            out_.key("required");
            out_.boolean(true);
        }
        write_content("application/json", body.schema(schemas_));
        out_.end_object();
    }

    void write_content(std::string_view type, std::string_view schema) {
        out_.key("content");
        out_.begin_object();
        write_media_type(type, schema);
        out_.end_object();
    }

    void write_media_type(std::string_view type, std::string_view schema) {
        out_.key(type);
        out_.begin_object();
        out_.key("schema");
        out_.raw(schema);
        out_.end_object();
    }

    void write_responses(const Route& route) {
        out_.key("responses");
        out_.begin_object();
        for (const int status : route.doc.success) write_success(route, status);
        if (route.method == Method::get && route.doc.etag) reference_response("304", "NotModified");
        std::map<int, std::string> refusals;
        for (const auto code : refusals_of(route)) {
            const auto facts = facts_of(code);
            refusals[facts.status] = component_name(facts.title);
        }
        for (const auto& [status, name] : refusals)
            reference_response(std::to_string(status), name);
        reference_response("431", "HeadersTooLarge");
        out_.end_object();
    }

    void reference_response(std::string_view status, std::string_view name) {
        out_.key(status);
        reference(out_, "responses", name);
    }

    void write_success(const Route& route, int status) {
        out_.key(std::to_string(status));
        out_.begin_object();
        member(out_, "description",
               status == 201   ? "Created."
               : status == 302 ? "Go on at the Location."
                               : "Done.");
        std::vector<std::string_view> headers{"X-Request-Id"};
        if (route.doc.etag) headers.push_back("ETag");
        if (route.doc.media_type == "application/zip") headers.push_back("Content-Disposition");
        if (status == 302) headers.insert(headers.end(), {"Location", "Set-Cookie"});
        if (status == 201 && route.doc.etag) headers.push_back("Location");
        if (route.is_keyed()) headers.push_back("Idempotent-Replayed");
        write_headers(headers);
        if (route.doc.answer != nullptr) {
            write_content("application/json", route.doc.answer->schema(schemas_));
        } else if (!route.doc.media_type.empty()) {
            write_content(route.doc.media_type, schema_of_media(route.doc.media_type));
        }
        out_.end_object();
    }

    void write_headers(const std::vector<std::string_view>& names) {
        out_.key("headers");
        out_.begin_object();
        for (const auto name : names) {
            out_.key(name);
            reference(out_, "headers", name);
        }
        out_.end_object();
    }

    void write_components() {
        const auto envelope = schema_of<ErrorEnvelope>(schemas_);
        const auto problem = schema_of<ProblemDetails>(schemas_);
        out_.key("components");
        out_.begin_object();
        out_.key("schemas");
        out_.begin_object();
        for (const auto& [name, schema] : schemas_) {
            out_.key(name);
            out_.raw(schema);
        }
        out_.end_object();
        write_header_components();
        write_error_responses(envelope, problem);
        out_.key("securitySchemes");
        out_.raw(R"({"apiKey":{"type":"apiKey","in":"header","name":"X-API-Key",)"
                 R"("description":"A key of a vendor, a partner or an operator."},)"
                 R"("bearerKey":{"type":"http","scheme":"bearer",)"
                 R"("description":"The same key in the Authorization header."},)"
                 R"("accessToken":{"type":"http","scheme":"bearer","bearerFormat":"JWT",)"
                 R"("description":"Of somebody who has logged in; it lives for minutes."},)"
                 R"("cartSecret":{"type":"apiKey","in":"header","name":"X-Cart-Id",)"
                 R"("description":"The id of the cart that became the order."}})");
        out_.end_object();
    }

    void write_header_components() {
        out_.key("headers");
        out_.begin_object();
        for (const auto& header : answer_headers) {
            out_.key(header.name);
            out_.begin_object();
            member(out_, "description", header.doc);
            if (header.always) {
                out_.key("required");
                out_.boolean(true);
            }
            out_.key("schema");
            out_.raw(header.schema);
            out_.end_object();
        }
        out_.end_object();
        out_.key("parameters");
        out_.begin_object();
        for (const auto& header : request_headers) {
            out_.key(header.name);
            out_.begin_object();
            member(out_, "name", header.name);
            member(out_, "in", "header");
            member(out_, "description", header.doc);
            out_.key("schema");
            out_.raw(header.schema);
            out_.end_object();
        }
        out_.end_object();
    }

    /// One response per status that some route gives, with every code it may carry.
    void write_error_responses(std::string_view envelope, std::string_view problem) {
        std::set<ErrorCode> used;
        for (const auto& route : router_.routes()) used.merge(refusals_of(*route));
        std::map<int, std::string> codes;
        std::map<int, std::string_view> titles;
        for (const auto code : all_codes) {
            if (!used.contains(code)) continue;
            const auto facts = facts_of(code);
            auto& text = codes[facts.status];
            if (text.find(facts.code) == std::string::npos)
                text.append(text.empty() ? "" : " or ").append(facts.code);
            titles[facts.status] = facts.title;
        }
        out_.key("responses");
        out_.begin_object();
        const auto write_error = [&](std::string_view name, const std::string& description,
                                     const std::vector<std::string_view>& headers) {
            out_.key(name);
            out_.begin_object();
            member(out_, "description", description);
            write_headers(headers);
            out_.key("content");
            out_.begin_object();
            write_media_type("application/json", envelope);
            write_media_type("application/problem+json", problem);
            out_.end_object();
            out_.end_object();
        };
        for (const auto& [status, title] : titles) {
            std::vector<std::string_view> headers{"X-Request-Id"};
            if (status == 429 || status == 503) headers.push_back("Retry-After");
            write_error(component_name(title), std::string{title} + ": " + codes[status] + ".",
                        headers);
        }
        write_error("HeadersTooLarge", "The address and the headers are too long together.",
                    {"X-Request-Id"});
        out_.key("NotModified");
        out_.begin_object();
        member(out_, "description", "What the caller has is still current.");
        write_headers({"X-Request-Id", "ETag"});
        out_.end_object();
        out_.end_object();
    }

    const Router& router_;
    SchemaSet schemas_;
    std::string text_;
    JsonWriter out_;
};

}  // namespace

std::string openapi_json(const Router& router, std::string_view version) {
    return Document(router, version).text();
}

}  // namespace souk
