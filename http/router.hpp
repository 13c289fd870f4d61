#pragma once
// Which handler answers which method and path, declared as data, so that stages, metrics and the
// OpenAPI document read the same table.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/authorization.hpp"
#include "http/call.hpp"
#include "http/request.hpp"
#include "http/task.hpp"
#include "protocol/answer.hpp"

namespace souk {

struct DtoInfo;  // protocol/json_schema.hpp

using Handler = Task<Outcome> (*)(Call&);

/// Which rate limit counts a call. Where passwords and their like can be guessed it is counted by
/// address, whoever asks.
enum class RateClass { standard, strict, credentials, unlimited };

/// Where a route answers: below /api/v1 and /api, at the root, or at both.
enum class Mount { api, root, both };

/// What the document says of a route beyond its path and access.
struct RouteDoc {
    std::string_view operation_id;  // "addCartItem"
    std::string_view summary;
    std::string_view tag;  // "Cart"
    std::vector<int> success{200};
    std::vector<ErrorCode> errors;  // beyond those every route may give
    const DtoInfo* body{nullptr};
    const DtoInfo* query{nullptr};
    const DtoInfo* answer{nullptr};                 // the whole body, envelope included
    std::vector<std::string_view> request_headers;  // "If-Match", "X-Cart-Id"
    bool etag{false};                               // the answer carries one
    std::string_view media_type;                    // of an answer without a DTO
};

struct Route {
    Method method{Method::get};
    std::string pattern;  // "/cart/{cartId}/items"
    Handler handler{nullptr};
    Access access;
    RouteDoc doc;
    RateClass rate{RateClass::standard};
    Mount mount{Mount::api};
    bool takes_key{true};  // POST: is an Idempotency-Key heeded?

    bool is_keyed() const { return takes_key && method == Method::post; }
};

struct RouteMatch {
    const Route* route{nullptr};
    PathValues values;
    std::string_view canonical_path;  // below the prefix it was found under
    std::string allow;                // methods of the path; set when the method was not among them
};

class Router {
public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// Throws std::logic_error for a route that is there already: a mistake found at start.
    void add(Route route);

    /// `path` must outlive the match. HEAD finds GET. No route and no `allow`: not found.
    RouteMatch find(Method method, std::string_view path) const;

    /// In the order they were added.
    const std::vector<std::unique_ptr<const Route>>& routes() const { return routes_; }

private:
    struct Node;
    static void insert(Node& root, const Route& route);

    std::vector<std::unique_ptr<const Route>> routes_;
    std::unique_ptr<Node> api_;
    std::unique_ptr<Node> root_;
};

}  // namespace souk
