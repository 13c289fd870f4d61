#include "protocol/json_path.hpp"

namespace souk {
namespace {

std::optional<JsonValue> member_of(JsonValue object, std::string_view name) {
    if (!object.is_object()) return std::nullopt;
    for (std::size_t i = 0; i < object.size(); ++i) {
        if (object.member_name(i) == name) return object.member(i);
    }
    return std::nullopt;
}

}  // namespace

std::optional<JsonValue> find_at(JsonValue value, JsonPath path) {
    std::optional<JsonValue> found = value;
    for (const auto name : path) {
        found = member_of(*found, name);
        if (!found) return std::nullopt;
    }
    return found;
}

std::string text_at(JsonValue value, JsonPath path, std::size_t max_bytes) {
    const auto found = find_at(value, path);
    if (!found || !found->is_string()) return {};
    const auto text = found->as_string();
    if (text.size() > max_bytes || text.find('\0') != text.npos) return {};
    return std::string(text);
}

std::string id_at(JsonValue value, JsonPath path) {
    const auto found = find_at(value, path);
    if (found && found->is_object()) return text_at(*found, {"id"});
    return text_at(value, path);
}

std::optional<std::int64_t> integer_at(JsonValue value, JsonPath path) {
    const auto found = find_at(value, path);
    if (!found || !found->is_integer()) return std::nullopt;
    return found->as_integer();
}

std::optional<Amount> amount_at(JsonValue value, JsonPath path) {
    const auto amount = integer_at(value, path);
    if (!amount || *amount < 0 || *amount > max_amount) return std::nullopt;
    return amount;
}

}  // namespace souk
