#pragma once
// Somebody who has left traces in every table that has sealed columns.

#include "domain/address_book.hpp"
#include "domain/customer.hpp"
#include "persistence/address_repository.hpp"
#include "persistence/batch_writer.hpp"
#include "persistence/customer_repository.hpp"
#include "persistence/discount_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/sealed_columns.hpp"
#include "persistence/session_repository.hpp"
#include "persistence/user_repository.hpp"
#include "security/personal_keys.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

namespace souk {

inline const TimePoint kept_time = *parse_rfc3339("2026-01-15T10:00:00Z");

template <class IdType>
IdType kept_id(std::uint64_t number) {
    return {uuid_v7(kept_time, 7, number)};
}

inline ConnectionOptions with_keys(const TestDatabase& database,
                                   const std::vector<std::string>& secrets) {
    auto options = database.options();
    options.personal = personal_cipher(secrets);
    return options;
}

struct KeptPerson {
    StoredUser stored;
    Session session;
    SavedAddress address;
    Customer customer;
    MailJob mail;
    Order order;
    IdempotencyRecord answer;
    DiscountUse use;
};

/// The n-th; all that is personal of them has their name in it.
inline KeptPerson kept_person(std::uint64_t number) {
    const auto name = "Amal" + std::to_string(number);
    KeptPerson person;
    auto& user = person.stored.user;
    user.id = kept_id<UserId>(number);
    user.email = "amal" + std::to_string(number) + "@example.com";
    user.first_name = name;
    user.last_name = name + " Khalil";
    user.phone = name + " phone";
    user.created_at = user.updated_at = kept_time;
    person.stored.password_hash = "hash";
    auto& session = person.session;
    session.id = kept_id<SessionId>(number);
    session.user_id = user.id;
    session.device = name + " telephone";
    session.address = name + " network";
    session.created_at = session.last_used_at = kept_time;
    session.expires_at = kept_time + std::chrono::hours{1};
    auto& address = person.address;
    address.id = kept_id<AddressId>(number);
    for (const auto field : address_fields) address.address.*field = name + " here";
    address.created_at = address.updated_at = kept_time;
    auto& customer = person.customer;
    customer.id = kept_id<CustomerId>(number);
    customer.user_id = user.id;
    customer.email = user.email;
    customer.first_name = customer.last_name = customer.phone = name;
    customer.date_of_birth = "1990-01-15";
    customer.skin_type = name + " skin";
    customer.skin_concerns = {name, "dry, \"itching\""};
    customer.created_at = kept_time;
    person.mail = {kept_id<MailId>(number),
                   default_tenant,
                   MailKind::password_reset,
                   user.email,
                   {},
                   kept_time};
    auto& order = person.order;
    order.id = kept_id<OrderId>(number);
    order.number = "SOUK-2026-" + std::to_string(number);
    order.cart_id = kept_id<CartId>(number);
    order.shipping_address = address.address;
    order.shipping_address.email = user.email;
    order.billing_address = order.shipping_address;
    order.billing_address.city = name + " there";
    order.estimated_delivery = "2026-01-20";
    order.notes = name + " lives behind the \"mill\"";
    order.reserved_until = order.created_at = order.updated_at = kept_time;
    order.version = 1;
    person.answer = {"cart " + name.substr(4), "key", "hash", 201, name + " lives there", "", ""};
    person.use = {order.id, {user.email}, kept_time};
    return person;
}

inline const DiscountId kept_discount = kept_id<DiscountId>(999);

/// Writes all of it over connections made with these options.
inline void keep(const ConnectionOptions& options, const std::vector<KeptPerson>& people) {
    auto opened = Connection::open(options);
    REQUIRE(opened);
    auto& db = *opened;
    BatchWriter writer(options, "test");
    REQUIRE(writer.recover().status == CommitStatus::committed);
    for (const auto& person : people) {
        REQUIRE(insert_user(db, person.stored));
        REQUIRE(insert_session(db, person.session));
        REQUIRE(save_addresses(db, default_tenant, person.stored.user.id, {}, {person.address}));
        REQUIRE(put_customer(db, person.customer));
        REQUIRE(insert_mail_job(db, person.mail));
        ChangeSet change;
        change.order.next = std::make_shared<Order>(person.order);
        change.idempotency = person.answer;
        change.discounts = {{.id = kept_discount, .used = person.use}};
        change.at = kept_time;
        const ChangeSet* batch[] = {&change};
        REQUIRE(writer.begin(batch).status == CommitStatus::committed);
        const auto result = writer.finish();
        INFO(result.detail);
        REQUIRE(result.status == CommitStatus::committed);
    }
}

/// The codes that their uses are of, before any of them.
inline void keep_discount(Connection& db) {
    Discount discount;
    discount.id = kept_discount;
    discount.code = "SAVE";
    discount.terms = {DiscountType::percentage, 1'000, 0, {}};
    discount.active = true;
    REQUIRE(insert_discount(db, default_tenant, discount, kept_time));
}

}  // namespace souk
