#pragma once
// Which columns hold personal texts, by the names that they are sealed under, and the texts that
// are made of several fields.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order.hpp"
#include "domain/personal_cipher.hpp"

namespace souk {

namespace sealed_column {
inline constexpr std::string_view user_email{"users.email"};
inline constexpr std::string_view user_first_name{"users.first_name"};
inline constexpr std::string_view user_last_name{"users.last_name"};
inline constexpr std::string_view user_phone{"users.phone"};
inline constexpr std::string_view session_device{"sessions.device"};
inline constexpr std::string_view session_address{"sessions.address"};
inline constexpr std::string_view customer_email{"customers.email"};
inline constexpr std::string_view customer_first_name{"customers.first_name"};
inline constexpr std::string_view customer_last_name{"customers.last_name"};
inline constexpr std::string_view customer_phone{"customers.phone"};
inline constexpr std::string_view customer_date_of_birth{"customers.date_of_birth"};
inline constexpr std::string_view customer_skin_type{"customers.skin_type"};
inline constexpr std::string_view customer_skin_concerns{"customers.skin_concerns"};
inline constexpr std::string_view mail_recipient{"mail_jobs.recipient"};
inline constexpr std::string_view mail_failure{"mail_jobs.failure"};
inline constexpr std::string_view order_email{"orders.customer_email"};
inline constexpr std::string_view order_shipping_address{"orders.shipping_address"};
inline constexpr std::string_view order_billing_address{"orders.billing_address"};
inline constexpr std::string_view order_notes{"orders.notes"};
inline constexpr std::string_view discount_buyer_keys{"discount_uses.buyer_keys"};
inline constexpr std::string_view answer_body{"idempotency_keys.body"};

/// Of a saved address, in the order of `address_fields`.
inline constexpr std::string_view saved_address[] = {
    "addresses.first_name",  "addresses.last_name",   "addresses.email",
    "addresses.phone",       "addresses.country",     "addresses.city",
    "addresses.governorate", "addresses.postal_code", "addresses.street",
    "addresses.building",    "addresses.apartment",   "addresses.instructions"};
}  // namespace sealed_column

/// The fields of an address in the order in which every kept form of it has them.
inline constexpr std::string Address::*address_fields[] = {
    &Address::first_name, &Address::last_name, &Address::email,       &Address::phone,
    &Address::country,    &Address::city,      &Address::governorate, &Address::postal_code,
    &Address::street,     &Address::building,  &Address::apartment,   &Address::instructions};

/// An order's address as one text: that of an array.
std::string address_text(const Address& address);
Address address_of(std::string_view text);

/// Keys of rows that have no single id.
std::string discount_use_key(DiscountId discount, OrderId order);
std::string answer_key(std::string_view caller, std::string_view key);

/// A column by which rows are found without being read.
struct IndexedColumn {
    std::string_view index;   // "email_index"
    std::string_view column;  // "users.email"
};

struct KeyColumn {
    std::string_view name;
    bool is_uuid{true};  // else a text
};

/// A table with sealed columns, for what walks over all of them.
struct SealedTable {
    std::string_view name;
    std::span<const KeyColumn> keys;  // the primary key
    std::span<const std::string_view> columns;
    std::span<const IndexedColumn> indexes;
};
std::span<const SealedTable> sealed_tables();

}  // namespace souk
