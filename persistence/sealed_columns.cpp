#include "persistence/sealed_columns.hpp"

#include "persistence/array_literal.hpp"
#include "persistence/query.hpp"

namespace souk {
namespace {

using namespace sealed_column;
using Names = std::string_view;

constexpr KeyColumn id_alone[] = {{"id"}};
constexpr KeyColumn discount_use_keys[] = {{"discount_id"}, {"order_id"}};
constexpr KeyColumn answer_keys[] = {{"tenant_id"}, {"caller", false}, {"key", false}};

constexpr Names users[] = {user_email, user_first_name, user_last_name, user_phone};
constexpr Names sessions[] = {session_device, session_address};
constexpr Names customers[] = {customer_email,        customer_first_name,    customer_last_name,
                               customer_phone,        customer_date_of_birth, customer_skin_type,
                               customer_skin_concerns};
constexpr Names mail_jobs[] = {mail_recipient, mail_failure};
constexpr Names orders[] = {order_email, order_shipping_address, order_billing_address,
                            order_notes};
constexpr Names discount_uses[] = {discount_buyer_keys};
constexpr Names answers[] = {answer_body};

constexpr IndexedColumn user_indexes[] = {{"email_index", user_email}};
constexpr IndexedColumn mail_indexes[] = {{"recipient_index", mail_recipient}};

constexpr SealedTable tables[] = {
    {"users", id_alone, users, user_indexes},
    {"addresses", id_alone, saved_address, {}},
    {"customers", id_alone, customers, {}},
    {"sessions", id_alone, sessions, {}},
    {"mail_jobs", id_alone, mail_jobs, mail_indexes},
    {"orders", id_alone, orders, {}},
    {"discount_uses", discount_use_keys, discount_uses, {}},
    {"idempotency_keys", answer_keys, answers, {}},
};

}  // namespace

std::string address_text(const Address& address) {
    ArrayLiteral literal;
    for (const auto field : address_fields) literal.add(address.*field);
    return literal.text();
}

Address address_of(std::string_view text) {
    auto values = parse_text_array(text);
    values.resize(std::size(address_fields));
    Address address;
    auto value = values.begin();
    for (const auto field : address_fields) address.*field = std::move(*value++);
    return address;
}

std::string discount_use_key(DiscountId discount, OrderId order) {
    std::string key{PersonalRow::bytes_of(discount.uuid)};
    return key.append(PersonalRow::bytes_of(order.uuid));
}

std::string answer_key(std::string_view caller, std::string_view key) {
    std::string both{caller};
    both.push_back('\0');
    return both.append(key);
}

std::span<const SealedTable> sealed_tables() { return tables; }

}  // namespace souk
