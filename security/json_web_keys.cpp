#include "security/json_web_keys.hpp"

#include <algorithm>

#include "protocol/json_path.hpp"
#include "security/base64url.hpp"

namespace souk {
namespace {

constexpr std::size_t max_keys = 100;
constexpr std::size_t max_number_text = 2'048;

std::string number_at(JsonValue value, JsonPath path) {
    return from_base64url(text_at(value, path, max_number_text)).value_or("");
}

std::optional<PublicKey> public_key_of(JsonValue value) {
    const auto kind = text_at(value, {"kty"});
    const auto curve = text_at(value, {"crv"});
    if (kind == "RSA") return PublicKey::rsa(number_at(value, {"n"}), number_at(value, {"e"}));
    if (kind == "EC" && curve == "P-256")
        return PublicKey::p256(number_at(value, {"x"}), number_at(value, {"y"}));
    if (kind == "OKP" && curve == "Ed25519") return PublicKey::ed25519(number_at(value, {"x"}));
    return std::nullopt;
}

bool is_for_signatures(JsonValue value) {
    const auto use = find_at(value, {"use"});
    if (use && text_at(value, {"use"}) != "sig") return false;
    const auto operations = find_at(value, {"key_ops"});
    if (!operations) return true;
    if (!operations->is_array()) return false;
    for (std::size_t i = 0; i < operations->size(); ++i) {
        const auto one = operations->item(i);
        if (one.is_string() && one.as_string() == "verify") return true;
    }
    return false;
}

std::optional<NamedKey> named_key_of(JsonValue value) {
    if (!value.is_object() || !is_for_signatures(value)) return std::nullopt;
    auto key = public_key_of(value);
    if (!key) return std::nullopt;
    const bool is_for_another =
        find_at(value, {"alg"}) && text_at(value, {"alg"}) != to_text(key->algorithm());
    if (is_for_another) return std::nullopt;
    return NamedKey{text_at(value, {"kid"}), std::move(*key)};
}

}  // namespace

std::optional<std::vector<NamedKey>> read_json_web_keys(std::string_view text) {
    const auto document = JsonDocument::parse(text);
    if (!document) return std::nullopt;
    const auto list = find_at(document->root(), {"keys"});
    if (!list || !list->is_array()) return std::nullopt;
    std::vector<NamedKey> keys;
    for (std::size_t i = 0; i < std::min(list->size(), max_keys); ++i)
        if (auto key = named_key_of(list->item(i))) keys.push_back(std::move(*key));
    return keys;
}

}  // namespace souk
