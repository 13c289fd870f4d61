#include "http/request.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "protocol/json.hpp"

namespace souk {
namespace {

constexpr std::size_t max_query_values = 100;

constexpr std::array<std::pair<std::string_view, Method>, 7> method_names{{
    {"GET", Method::get},
    {"HEAD", Method::head},
    {"POST", Method::post},
    {"PUT", Method::put},
    {"PATCH", Method::patch},
    {"DELETE", Method::del},
    {"OPTIONS", Method::options},
}};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum class Part { path, query };

/// Nothing for a broken escape, a control character, or a slash that was escaped in a path.
std::optional<std::string> percent_decode(std::string_view text, Part part) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            if (part == Part::path && c == '/') return std::nullopt;
            i += 2;
        } else if (c == '+' && part == Part::query) {
            c = ' ';
        }
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) return std::nullopt;
        decoded += c;
    }
    if (!valid_utf8(decoded)) return std::nullopt;
    return decoded;
}

Error bad_query() {
    return refuse(ErrorCode::invalid_input, "the query is not percent-encoded UTF-8");
}

Result<bool> read_query(std::string_view text, std::vector<NameValue>& query) {
    while (!text.empty()) {
        const auto piece = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(piece.size() + 1, text.size()));
        if (piece.empty()) continue;
        if (query.size() == max_query_values) {
            return refuse(ErrorCode::invalid_input, "the query has too many parameters");
        }
        const auto equals = std::min(piece.find('='), piece.size());
        auto name = percent_decode(piece.substr(0, equals), Part::query);
        auto value = percent_decode(piece.substr(std::min(equals + 1, piece.size())), Part::query);
        if (!name || !value) return bad_query();
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return true;
}

/// A proxy sends "http://host/path"; what counts is the path.
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const auto slash = target.find('/', scheme.size());
        return slash == target.npos ? "/" : target.substr(slash);
    }
    return target;
}

}  // namespace

std::string_view to_text(Method method) {
    for (const auto& [name, value] : method_names) {
        if (value == method) return name;
    }
    return {};
}

Method method_of(std::string_view text) {
    for (const auto& [name, value] : method_names) {
        if (name == text) return value;
    }
    return Method::other;
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

bool Request::has_header(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const NameValue& header) { return header.first == name; });
}

std::string host_name_of(std::string_view host) {
    const auto port = host.rfind(':');
    if (port != host.npos && host.find(']', port) == host.npos) host = host.substr(0, port);
    if (host.ends_with('.')) host.remove_suffix(1);  // the same name, written out
    std::string name{host};
    for (auto& letter : name)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return name;
}

Result<bool> read_target(Request& request) {
    auto target = without_authority(request.target);
    target = target.substr(0, target.find('#'));
    const auto question = std::min(target.find('?'), target.size());
    auto path = percent_decode(target.substr(0, question), Part::path);
    const bool asterisk = request.method == Method::options && target == "*";
    if (!path || (!path->starts_with('/') && !asterisk)) {
        return refuse(ErrorCode::invalid_input, "the address is not a percent-encoded UTF-8 path");
    }
    request.path = std::move(*path);
    if (question == target.size()) return true;
    return read_query(target.substr(question + 1), request.query);
}

}  // namespace souk
