// What was kept before there were sealed columns reads afterwards as it did.

#include "persistence/customer_repository.hpp"
#include "persistence/discount_repository.hpp"
#include "persistence/mail_repository.hpp"
#include "persistence/migrate.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/user_repository.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

constexpr auto rows_from_before = R"(
    INSERT INTO users (id, tenant_id, email, first_name, last_name, phone, password_hash, role,
                       state, version, created_at, updated_at)
    SELECT '01900000-0000-7000-8000-000000000001', id, 'amal@example.com', 'Amal', 'Khalil', '',
           'hash', 0, 1, 1, now(), now() FROM tenants;
    INSERT INTO customers (id, tenant_id, email, first_name, last_name, phone, date_of_birth,
                           skin_type, skin_concerns, created_at)
    SELECT '01900000-0000-7000-8000-000000000002', id, 'amal@example.com', 'Amal', 'Khalil', '',
           '1990-01-15', 'dry', ARRAY['acne, "old"', 'dryness'], now() FROM tenants;
    INSERT INTO customers (id, tenant_id, email, first_name, last_name, phone, skin_type,
                           skin_concerns, created_at)
    SELECT '01900000-0000-7000-8000-000000000003', id, 'basma@example.com', '', '', '', '', '{}',
           now() FROM tenants;
    INSERT INTO mail_jobs (id, tenant_id, kind, recipient, created_at, due_at)
    SELECT '01900000-0000-7000-8000-000000000004', id, 0, 'amal@example.com', now(), now()
    FROM tenants;
    INSERT INTO orders (tenant_id, id, number, cart_id, customer_email, status, payment_status,
                        payment_method, currency, subtotal, discount, tax, shipping, total,
                        tax_basis_points, tax_inclusive, shipping_address, billing_address,
                        shipping_method, vendor_orders, estimated_delivery, reservation_id,
                        reserved_until, created_at, updated_at, version)
    SELECT tenants.id, orders.id, number, orders.id, 'amal@example.com', 0, 0, 0, 'USD', 1, 0, 0, 0,
           1, 0, false, shipping, billing, '{"cities":[]}', '[]', '2026-01-20', orders.id, now(),
           now(), now(), 1
    FROM tenants, (VALUES
        ('01900000-0000-7000-8000-000000000005'::uuid, 'SOUK-2026-1',
         '{"firstName":"Amal \"A\"","city":"{Amman},\\","street":"NULL"}'::json,
         '{"firstName":"Basma"}'::json),
        ('01900000-0000-7000-8000-000000000006'::uuid, 'SOUK-2026-2',
         '{"firstName":"Amal"}', '{"firstName":"Amal"}')) AS orders(id, number, shipping, billing);
    INSERT INTO discount_codes (tenant_id, id, code, type, value, minimum, created_at)
    SELECT id, '01900000-0000-7000-8000-000000000007', 'SAVE', 0, 1, 0, now() FROM tenants;
    INSERT INTO discount_uses (tenant_id, discount_id, order_id, buyer_keys, at)
    SELECT id, '01900000-0000-7000-8000-000000000007', '01900000-0000-7000-8000-000000000005',
           ARRAY['cust_1', 'amal@example.com'], now() FROM tenants)";

template <class IdType>
IdType id_of(int number) {
    return {*parse_hex("01900000-0000-7000-8000-00000000000" + std::to_string(number))};
}

struct Fixture {
    TestDatabase database{TestDatabase::Schema::empty};
    Connection db{database.connect()};

    Fixture() {
        auto earlier = embedded_migrations();
        std::erase_if(earlier, [](const Migration& one) { return one.name >= "0014"; });
        REQUIRE(migrate(db, earlier));
        REQUIRE(db.run_script(rows_from_before));
        REQUIRE(migrate(db, embedded_migrations()));
    }
};

}  // namespace

TEST_CASE("people, profiles, mails and uses of codes survive the sealed columns",
          "[persistence][personal]") {
    Fixture fixture;
    auto& db = fixture.db;
    const auto user = find_user(db, default_tenant, "amal@example.com");
    REQUIRE((user && *user));
    CHECK((*user)->user.id == id_of<UserId>(1));
    const auto amal = find_customer(db, default_tenant, id_of<CustomerId>(2));
    REQUIRE((amal && *amal));
    CHECK((*amal)->date_of_birth == "1990-01-15");
    CHECK((*amal)->skin_concerns == std::vector<std::string>{"acne, \"old\"", "dryness"});
    const auto basma = find_customer(db, default_tenant, id_of<CustomerId>(3));
    REQUIRE((basma && *basma));
    CHECK((*basma)->date_of_birth.empty());
    CHECK((*basma)->skin_concerns.empty());
    CHECK((*find_mail(db, id_of<MailId>(4)))->job.recipient == "amal@example.com");
    const auto discounts = find_discounts(db, {{default_tenant, "SAVE"}});
    REQUIRE((discounts && discounts->size() == 1));
    CHECK(discounts->front().second.used_by.at("amal@example.com") == 1);
}

TEST_CASE("addresses of orders survive the change from JSON", "[persistence][personal]") {
    Fixture fixture;
    const auto read = [&](int number) {
        const auto orders = find_orders(fixture.db, {{default_tenant, id_of<OrderId>(number)}});
        REQUIRE((orders && orders->size() == 1));
        return orders->front().second;
    };
    const auto first = read(5);
    CHECK(first.shipping_address.first_name == "Amal \"A\"");
    CHECK(first.shipping_address.city == "{Amman},\\");
    CHECK(first.shipping_address.street == "NULL");
    CHECK(first.shipping_address.phone.empty());
    CHECK(first.billing_address.first_name == "Basma");
    const auto second = read(6);
    CHECK(second.billing_address == second.shipping_address);
    CHECK(second.billing_address.first_name == "Amal");
}
