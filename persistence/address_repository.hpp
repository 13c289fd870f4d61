#pragma once
// Address books, each read and written as a whole within a transaction that has locked its owner.

#include "domain/address_book.hpp"
#include "persistence/query.hpp"

namespace souk {

/// The oldest first.
Result<AddressBook> find_addresses(Connection& db, UserId owner);
/// Writes what is different.
Result<void> save_addresses(Connection& db, TenantId tenant, UserId owner,
                            const AddressBook& before, const AddressBook& after);

}  // namespace souk
