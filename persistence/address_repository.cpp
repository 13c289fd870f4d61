#include "persistence/address_repository.hpp"

#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

constexpr auto select_book = R"(
    SELECT id, type, is_default, first_name, last_name, email, phone, country, city, governorate,
           postal_code, street, building, apartment, instructions, version, created_at, updated_at,
           tenant_id
    FROM addresses
    WHERE user_id = $1
    ORDER BY id)";

constexpr auto upsert = R"(
    INSERT INTO addresses (id, type, is_default, first_name, last_name, email, phone, country,
                           city, governorate, postal_code, street, building, apartment,
                           instructions, version, created_at, updated_at, tenant_id, user_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
            $20)
    ON CONFLICT (id) DO UPDATE
    SET type = $2, is_default = $3, first_name = $4, last_name = $5, email = $6, phone = $7,
        country = $8, city = $9, governorate = $10, postal_code = $11, street = $12,
        building = $13, apartment = $14, instructions = $15, version = $16, updated_at = $18)";

constexpr auto clear_default =
    "UPDATE addresses SET is_default = false WHERE id = $1 AND is_default";

constexpr auto delete_one = "DELETE FROM addresses WHERE id = $1 AND user_id = $2";

SavedAddress address_from(Row row) {
    Columns columns(row);
    SavedAddress saved;
    saved.id = columns.next<AddressId>();
    saved.type = columns.next<AddressType>();
    saved.is_default = columns.next<bool>();
    for (const auto field : address_fields) saved.address.*field = columns.next<std::string>();
    saved.version = columns.next<Version>();
    saved.created_at = columns.next<TimePoint>();
    saved.updated_at = columns.next<TimePoint>();
    const PersonalRow personal(columns.personal(), columns.next<TenantId>(), saved.id);
    const auto* name = sealed_column::saved_address;
    for (const auto field : address_fields)
        saved.address.*field = personal.open(*name++, saved.address.*field);
    return saved;
}

Result<void> save(Connection& db, TenantId tenant, UserId owner, const SavedAddress& saved) {
    const PersonalRow personal(db.personal(), tenant, saved.id);
    Address a;
    const auto* name = sealed_column::saved_address;
    for (const auto field : address_fields) a.*field = personal.seal(*name++, saved.address.*field);
    const auto rows = query(db, upsert, saved.id, saved.type, saved.is_default, a.first_name,
                            a.last_name, a.email, a.phone, a.country, a.city, a.governorate,
                            a.postal_code, a.street, a.building, a.apartment, a.instructions,
                            saved.version, saved.created_at, saved.updated_at, tenant, owner);
    if (!rows) return rows.error();
    return {};
}

}  // namespace

Result<AddressBook> find_addresses(Connection& db, UserId owner) {
    return map_rows(query(db, select_book, owner), address_from);
}

Result<void> save_addresses(Connection& db, TenantId tenant, UserId owner,
                            const AddressBook& before, const AddressBook& after) {
    for (const auto& old : before) {
        if (find_address(after, old.id) != nullptr) continue;
        if (const auto done = query(db, delete_one, old.id, owner); !done) return done.error();
    }
    const auto is_same = [&](const SavedAddress& one) {
        const auto* const old = find_address(before, one.id);
        return old != nullptr && *old == one;
    };
    // There is never more than one default of a type, not even on the way.
    for (const auto& one : after)
        if (!is_same(one))
            if (const auto done = query(db, clear_default, one.id); !done) return done.error();
    for (const auto& one : after)
        if (!is_same(one))
            if (auto saved = save(db, tenant, owner, one); !saved) return saved;
    return {};
}

}  // namespace souk
