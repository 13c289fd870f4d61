#pragma once
// The keys under which personal texts are sealed, newest first: it seals, the others still open.
// A text is sealed under XAES-256-GCM; a blind index is an HMAC under a key of its own.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/personal_cipher.hpp"
#include "security/cipher.hpp"

namespace souk {

class PersonalKeys final : public PersonalCipher {
public:
    /// One at least. What each of them is called follows from it, and tells nothing of it.
    explicit PersonalKeys(const std::vector<std::string>& secrets);

    std::string seal(const PersonalPlace& place, std::string_view text) const override;
    std::string open(const PersonalPlace& place, std::string_view kept) const override;
    std::string index(std::string_view column, const TenantId& tenant,
                      std::string_view text) const override;
    std::vector<std::string> indexes(std::string_view column, const TenantId& tenant,
                                     std::string_view text) const override;
    std::string_view key_id() const override { return keys_.front().id; }

private:
    struct Key {
        std::string id;
        SealingKey sealing;
        SealingKey indexing;
    };

    static Key key_of(const std::string& secret);
    static std::string index_under(const Key& key, std::string_view column, const TenantId& tenant,
                                   std::string_view text);

    std::vector<Key> keys_;
};

/// The cipher for the operator's keys; without any, texts are kept as they are.
std::shared_ptr<const PersonalCipher> personal_cipher(const std::vector<std::string>& secrets);

}  // namespace souk
