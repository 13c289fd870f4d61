#include "http/router.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace souk {

/// One segment of the paths known so far.
struct Router::Node {
    struct Entry {
        const Route* route;
        std::vector<std::string_view> names;  // of the parameters on the way, in order
    };
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::vector<Entry> entries;

    const Entry* entry(Method method) const {
        for (const auto& candidate : entries) {
            if (candidate.route->method == method) return &candidate;
        }
        return nullptr;
    }
};

namespace {

constexpr std::string_view prefixes[] = {"/api/v1", "/api"};

std::string_view take_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

/// What comes after the root, which has no segments.
std::string_view below_root(std::string_view path) { return path == "/" ? "" : path; }

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

Router::Router() : api_(std::make_unique<Node>()), root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(Route route) {
    routes_.push_back(std::make_unique<const Route>(std::move(route)));
    const Route& added = *routes_.back();
    if (added.mount != Mount::root) insert(*api_, added);
    if (added.mount != Mount::api) insert(*root_, added);
}

void Router::insert(Node& root, const Route& route) {
    Node* node = &root;
    std::vector<std::string_view> names;
    std::string_view rest = below_root(route.pattern);
    while (!rest.empty()) {
        const auto segment = take_segment(rest);
        auto& next = is_parameter(segment) ? node->parameter : node->literals[std::string(segment)];
        if (is_parameter(segment)) names.push_back(segment.substr(1, segment.size() - 2));
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    if (names.size() > PathValues::capacity || node->entry(route.method)) {
        throw std::logic_error("a second or impossible route: " + route.pattern);
    }
    node->entries.push_back({&route, std::move(names)});
}

namespace {

/// A literal segment wins over a parameter, unless only the parameter leads to a route.
template <class Node>
const Node* descend(const Node& node, std::string_view rest, PathValues& values) {
    if (rest.empty()) return node.entries.empty() ? nullptr : &node;
    const auto segment = take_segment(rest);
    if (segment.empty()) return nullptr;
    if (const auto found = node.literals.find(segment); found != node.literals.end()) {
        const auto size_before = values.size;
        if (const auto* leaf = descend(*found->second, rest, values)) return leaf;
        values.size = size_before;
    }
    if (!node.parameter || values.size == PathValues::capacity) return nullptr;
    values.add({}, segment);
    return descend(*node.parameter, rest, values);
}

template <class Node>
std::string allowed_methods(const Node& node) {
    std::string allow;
    for (const auto& entry : node.entries) {
        allow += to_text(entry.route->method);
        allow += entry.route->method == Method::get ? ", HEAD, " : ", ";
    }
    return allow + "OPTIONS";
}

template <class Node>
bool find_in(const Node& root, Method method, std::string_view path, RouteMatch& match) {
    match.values.size = 0;
    const auto* node =
        path.starts_with('/') ? descend(root, below_root(path), match.values) : nullptr;
    if (!node) return false;
    match.canonical_path = path;
    const auto* entry = node->entry(method == Method::head ? Method::get : method);
    if (!entry) {
        match.allow = allowed_methods(*node);
        return true;
    }
    match.route = entry->route;
    for (std::size_t i = 0; i < match.values.size; ++i) {
        match.values.values[i].first = entry->names[i];
    }
    return true;
}

}  // namespace

RouteMatch Router::find(Method method, std::string_view path) const {
    RouteMatch match;
    for (const auto prefix : prefixes) {
        if (!path.starts_with(prefix)) continue;
        if (find_in(*api_, method, path.substr(prefix.size()), match)) return match;
    }
    find_in(*root_, method, path, match);
    return match;
}

}  // namespace souk
