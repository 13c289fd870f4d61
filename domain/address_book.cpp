#include "domain/address_book.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace souk {
namespace {

SavedAddress* find(AddressBook& book, AddressId id) {
    const auto found = std::ranges::find(book, id, &SavedAddress::id);
    return found == book.end() ? nullptr : &*found;
}

Result<SavedAddress*> find_current(AddressBook& book, AddressId id,
                                   const std::optional<Version>& expected_version) {
    auto* found = find(book, id);
    if (found == nullptr) return refuse(ErrorCode::not_found, "no such address");
    if (expected_version && *expected_version != found->version)
        return refuse(ErrorCode::precondition_failed, "the address has changed since it was read");
    return found;
}

void set_default(SavedAddress& address, bool is_default, TimePoint now) {
    if (address.is_default == is_default) return;
    address.is_default = is_default;
    ++address.version;
    address.updated_at = now;
}

/// Exactly one default of each type that has addresses: the chosen one, the one there was, or the
/// newest.
void settle_default(AddressBook& book, AddressType type, std::optional<AddressId> chosen,
                    TimePoint now) {
    SavedAddress* next = nullptr;
    const auto rank = [&](const SavedAddress& one) {
        return std::tuple{one.id == chosen, one.is_default, one.id};
    };
    for (auto& one : book)
        if (one.type == type && (next == nullptr || rank(one) > rank(*next))) next = &one;
    for (auto& one : book)
        if (one.type == type) set_default(one, &one == next, now);
}

}  // namespace

Result<AddressBook> add_address(AddressBook book, AddressId id, const AddressChange& change,
                                TimePoint now) {
    if (book.size() >= max_addresses)
        return refuse(ErrorCode::conflict,
                      "there are " + std::to_string(max_addresses) + " addresses already");
    book.push_back({id, change.type, false, change.address, 1, now, now});
    const auto chosen = change.make_default ? std::optional{id} : std::nullopt;
    settle_default(book, change.type, chosen, now);
    book.back().version = 1;
    return book;
}

Result<AddressBook> change_address(AddressBook book, AddressId id, const AddressChange& change,
                                   TimePoint now) {
    const auto found = find_current(book, id, change.expected_version);
    if (!found) return found.error();
    auto& address = **found;
    const auto version = address.version;
    const auto before = address;
    address.address = change.address;
    address.type = change.type;
    if (before.type != change.type) address.is_default = false;
    const auto chosen = change.make_default ? std::optional{id} : std::nullopt;
    settle_default(book, before.type, before.type == change.type ? chosen : std::nullopt, now);
    settle_default(book, change.type, chosen, now);
    address.version = version;
    address.updated_at = before.updated_at;
    if (address == before) return book;
    ++address.version;
    address.updated_at = now;
    return book;
}

Result<AddressBook> drop_address(AddressBook book, AddressId id,
                                 std::optional<Version> expected_version, TimePoint now) {
    const auto found = find_current(book, id, expected_version);
    if (!found) return found.error();
    const auto type = (*found)->type;
    std::erase_if(book, [&](const SavedAddress& one) { return one.id == id; });
    settle_default(book, type, std::nullopt, now);
    return book;
}

const SavedAddress* find_address(const AddressBook& book, AddressId id) {
    const auto found = std::ranges::find(book, id, &SavedAddress::id);
    return found == book.end() ? nullptr : &*found;
}

}  // namespace souk
