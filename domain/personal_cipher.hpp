#pragma once
// What of people is kept in the database, so that the database alone does not tell it. Here is what
// sealing means to whoever keeps such texts; the keys are security/'s business.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"

namespace souk {

/// Where a text is kept. It opens nowhere else: not in another column, row or marketplace.
struct PersonalPlace {
    std::string_view column;  // "users.email"
    std::string_view row;     // its tenant's bytes, and its key's
};

class PersonalCipher {
public:
    virtual ~PersonalCipher() = default;

    /// What is kept of a text. An empty one stays empty.
    virtual std::string seal(const PersonalPlace& place, std::string_view text) const = 0;
    /// The text of what is kept, sealed or not. Throws when it was sealed for another place, under
    /// a key that is not here, or was touched since.
    virtual std::string open(const PersonalPlace& place, std::string_view kept) const = 0;

    /// By which equal texts of a column are found, and nothing else is learnt.
    virtual std::string index(std::string_view column, const TenantId& tenant,
                              std::string_view text) const = 0;
    /// Every form in which the database may hold it: while keys are rotated there are several.
    virtual std::vector<std::string> indexes(std::string_view column, const TenantId& tenant,
                                             std::string_view text) const = 0;

    /// The key that seals; empty when nothing is sealed.
    virtual std::string_view key_id() const = 0;
};

/// Keeps texts as they are: a server without keys.
std::shared_ptr<const PersonalCipher> plain_texts();

/// How sealed texts and blind indexes begin; the id of their key and another '$' follow.
inline constexpr std::string_view sealed_marker = "$sealed$";
inline constexpr std::string_view index_marker = "$index$";
/// Before a text that is not sealed and begins as if it were.
inline constexpr std::string_view plain_marker = "$plain$";

/// What is kept of a text by a server without keys, and back.
std::string marked_plain(std::string_view text);
std::string unmarked_plain(std::string_view kept);

/// The personal texts of one row.
class PersonalRow {
public:
    PersonalRow(const PersonalCipher& cipher, const TenantId& tenant, std::string_view key);
    template <class Tag>
    PersonalRow(const PersonalCipher& cipher, const TenantId& tenant, const Id<Tag>& id)
        : PersonalRow(cipher, tenant, bytes_of(id.uuid)) {}

    std::string seal(std::string_view column, std::string_view text) const {
        return cipher_->seal({column, row_}, text);
    }
    std::string open(std::string_view column, std::string_view kept) const {
        return cipher_->open({column, row_}, kept);
    }

    static std::string_view bytes_of(const Uuid& uuid) {
        return {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()};
    }

private:
    const PersonalCipher* cipher_;
    std::string row_;
};

}  // namespace souk
