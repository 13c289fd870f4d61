#include "security/personal_keys.hpp"

#include <algorithm>
#include <stdexcept>

#include "security/base64url.hpp"
#include "security/xaes_gcm.hpp"

namespace souk {
namespace {

constexpr std::size_t id_bytes = 6;  // eight characters

/// No column's name has a NUL in it, so that no two places read the same.
std::string context_of(const PersonalPlace& place) {
    std::string context;
    context.reserve(place.column.size() + 1 + place.row.size());
    context.append(place.column).push_back('\0');
    return context.append(place.row);
}

[[noreturn]] void refuse_to_open(const PersonalPlace& place, std::string_view why) {
    throw std::runtime_error(std::string{place.column} + " does not open: " + std::string{why});
}

}  // namespace

PersonalKeys::PersonalKeys(const std::vector<std::string>& secrets) {
    if (secrets.empty()) throw std::invalid_argument("sealing needs a key");
    for (const auto& secret : secrets) keys_.push_back(key_of(secret));
}

PersonalKeys::Key PersonalKeys::key_of(const std::string& secret) {
    const auto name = sealing_key(secret, "souk personal key id");
    const std::string_view bytes{reinterpret_cast<const char*>(name.data()), id_bytes};
    return {to_base64url(bytes), sealing_key(secret, "souk personal texts"),
            sealing_key(secret, "souk personal indexes")};
}

std::string PersonalKeys::seal(const PersonalPlace& place, std::string_view text) const {
    if (text.empty()) return {};
    const auto& key = keys_.front();
    const auto nonce = xaes_nonce();
    std::string sealed{sealed_marker};
    sealed.append(key.id).push_back('$');
    return sealed.append(
        to_base64url(nonce + xaes_seal(key.sealing, nonce, context_of(place), text)));
}

std::string PersonalKeys::open(const PersonalPlace& place, std::string_view kept) const {
    if (!kept.starts_with(sealed_marker)) return unmarked_plain(kept);
    const auto rest = kept.substr(sealed_marker.size());
    const auto end = rest.find('$');
    if (end == std::string_view::npos) refuse_to_open(place, "it names no key");
    const auto key = std::ranges::find(keys_, rest.substr(0, end), &Key::id);
    if (key == keys_.end()) refuse_to_open(place, "its key is not among privacy.keys");
    const auto packed = from_base64url(rest.substr(end + 1));
    if (!packed || packed->size() < xaes_nonce_size) refuse_to_open(place, "it is cut short");
    const std::string_view whole = *packed;
    auto text = xaes_open(key->sealing, whole.substr(0, xaes_nonce_size), context_of(place),
                          whole.substr(xaes_nonce_size));
    if (!text) refuse_to_open(place, "it was sealed for another place, or was touched");
    return std::move(*text);
}

std::string PersonalKeys::index_under(const Key& key, std::string_view column,
                                      const TenantId& tenant, std::string_view text) {
    auto hashed = context_of({column, PersonalRow::bytes_of(tenant.uuid)});
    hashed.append(text);
    std::string index{index_marker};
    index.append(key.id).push_back('$');
    return index.append(to_base64url(keyed_hash(key.indexing, hashed)));
}

std::string PersonalKeys::index(std::string_view column, const TenantId& tenant,
                                std::string_view text) const {
    return text.empty() ? std::string{} : index_under(keys_.front(), column, tenant, text);
}

std::vector<std::string> PersonalKeys::indexes(std::string_view column, const TenantId& tenant,
                                               std::string_view text) const {
    std::vector<std::string> all;
    for (const auto& key : keys_) all.push_back(index_under(key, column, tenant, text));
    all.push_back(marked_plain(text));  // until it is sealed
    return all;
}

std::shared_ptr<const PersonalCipher> personal_cipher(const std::vector<std::string>& secrets) {
    if (secrets.empty()) return plain_texts();
    return std::make_shared<PersonalKeys>(secrets);
}

}  // namespace souk
