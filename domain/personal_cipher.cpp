#include "domain/personal_cipher.hpp"

#include <stdexcept>

namespace souk {
namespace {

class PlainTexts final : public PersonalCipher {
public:
    std::string seal(const PersonalPlace&, std::string_view text) const override {
        return marked_plain(text);
    }
    std::string open(const PersonalPlace& place, std::string_view kept) const override {
        if (kept.starts_with(sealed_marker))
            throw std::runtime_error(std::string{place.column} +
                                     " is sealed, and this server has no privacy.keys");
        return unmarked_plain(kept);
    }
    std::string index(std::string_view, const TenantId&, std::string_view text) const override {
        return marked_plain(text);
    }
    std::vector<std::string> indexes(std::string_view, const TenantId&,
                                     std::string_view text) const override {
        return {marked_plain(text)};
    }
    std::string_view key_id() const override { return {}; }
};

bool is_marked(std::string_view text) {
    return text.starts_with(sealed_marker) || text.starts_with(index_marker) ||
           text.starts_with(plain_marker);
}

}  // namespace

std::shared_ptr<const PersonalCipher> plain_texts() {
    static const std::shared_ptr<const PersonalCipher> one = std::make_shared<PlainTexts>();
    return one;
}

std::string marked_plain(std::string_view text) {
    return is_marked(text) ? std::string{plain_marker}.append(text) : std::string{text};
}

std::string unmarked_plain(std::string_view kept) {
    return std::string{kept.starts_with(plain_marker) ? kept.substr(plain_marker.size()) : kept};
}

PersonalRow::PersonalRow(const PersonalCipher& cipher, const TenantId& tenant, std::string_view key)
    : cipher_(&cipher) {
    row_.reserve(sizeof(Uuid) + key.size());
    row_.append(bytes_of(tenant.uuid)).append(key);
}

}  // namespace souk
