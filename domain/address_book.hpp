#pragma once
// The addresses that somebody keeps: a bounded number, and of each type one that is taken unless
// another is chosen.

#include <optional>
#include <vector>

#include "domain/order.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

enum class AddressType { shipping, billing };

struct SavedAddress {
    AddressId id;
    AddressType type{AddressType::shipping};
    bool is_default{false};
    Address address;
    Version version{1};
    TimePoint created_at;
    TimePoint updated_at;
    bool operator==(const SavedAddress&) const = default;
};

/// All of one person's.
using AddressBook = std::vector<SavedAddress>;

inline constexpr std::size_t max_addresses = 50;

struct AddressChange {
    AddressType type{AddressType::shipping};
    bool make_default{false};
    Address address;
    std::optional<Version> expected_version;
};

/// The book with one more. The first of a type is its default. `conflict` for one too many.
Result<AddressBook> add_address(AddressBook book, AddressId id, const AddressChange& change,
                                TimePoint now);
/// A default stays one until another is made it. `not_found`, or `precondition_failed`.
Result<AddressBook> change_address(AddressBook book, AddressId id, const AddressChange& change,
                                   TimePoint now);
/// The newest of the type follows a default that is gone. Refusals as above.
Result<AddressBook> drop_address(AddressBook book, AddressId id,
                                 std::optional<Version> expected_version, TimePoint now);

/// Nothing when it is not in the book.
const SavedAddress* find_address(const AddressBook& book, AddressId id);

}  // namespace souk
