#include "persistence/discount_repository.hpp"

#include "persistence/query.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

const std::string columns_of_code =
    "c.id, c.code, c.type, c.value, c.minimum, c.currency, c.starts_at, c.ends_at, c.usage_limit, "
    "c.usage_limit_per_customer, c.active, c.used, c.version";

const std::string select_discounts = "SELECT c.tenant_id, " + columns_of_code +
                                     R"(, u.order_id, u.buyer_keys
    FROM unnest($1::uuid[], $2::text[]) AS wanted(tenant_id, code)
    JOIN discount_codes c ON c.tenant_id = wanted.tenant_id AND c.code = wanted.code
    LEFT JOIN discount_uses u ON u.discount_id = c.id AND u.state = 0
    ORDER BY c.id)";

const std::string select_list = "SELECT " + columns_of_code + R"(
    FROM discount_codes c
    WHERE c.tenant_id = $1
    ORDER BY c.created_at DESC, c.id DESC
    LIMIT $2 OFFSET $3)";

constexpr auto count_codes = "SELECT count(*) FROM discount_codes WHERE tenant_id = $1";

constexpr auto add_discount = R"(
    INSERT INTO discount_codes (tenant_id, id, code, type, value, minimum, currency, starts_at, ends_at,
                                usage_limit, usage_limit_per_customer, active, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT DO NOTHING)";

constexpr int discount_columns = 13;

/// Into a Discount or a DiscountView.
template <class Code>
Code code_from(Columns& columns) {
    Code discount;
    discount.id = columns.next<DiscountId>();
    discount.code = columns.next<std::string>();
    discount.terms.type = columns.next<DiscountType>();
    discount.terms.value = columns.next<Amount>();
    discount.terms.minimum = columns.next<Amount>();
    discount.terms.currency = columns.next<std::optional<Currency>>();
    discount.starts_at = columns.next<std::optional<TimePoint>>();
    discount.ends_at = columns.next<std::optional<TimePoint>>();
    discount.usage_limit = columns.next<std::optional<std::int64_t>>();
    discount.usage_limit_per_customer = columns.next<std::optional<std::int64_t>>();
    discount.active = columns.next<bool>();
    discount.used = columns.next<std::int64_t>();
    discount.version = columns.next<Version>();
    return discount;
}

DiscountView view_from(Row row) {
    Columns columns(row);
    return code_from<DiscountView>(columns);
}

void read_use(const TenantId& tenant, Columns& columns, Discount& discount) {
    DiscountUse use;
    use.order_id = columns.next<OrderId>();
    const PersonalRow personal(columns.personal(), tenant,
                               discount_use_key(discount.id, use.order_id));
    use.buyer_keys = parse_text_array(
        personal.open(sealed_column::discount_buyer_keys, columns.next<std::string>()));
    for (const auto& key : use.buyer_keys) ++discount.used_by[key];
    const auto order_id = use.order_id;
    discount.uses.emplace(order_id, std::move(use));
}

}  // namespace

// A code may have many uses: its own columns are read from the first row alone.
Result<Found<std::string, Discount>> find_discounts(
    Connection& db, const std::vector<OfTenant<std::string>>& keys) {
    const auto [tenants, codes] = apart(keys);
    const auto rows = query(db, select_discounts.c_str(), tenants, codes);
    if (!rows) return rows.error();
    Found<std::string, Discount> discounts;
    for (const auto row : *rows) {
        Columns columns(row);
        const auto tenant = columns.next<TenantId>();
        if (discounts.empty() || discounts.back().second.id != row.get<DiscountId>(1)) {
            auto read = code_from<Discount>(columns);
            const OfTenant<std::string> key{tenant, read.code};
            discounts.emplace_back(key, std::move(read));
        } else {
            columns.skip(discount_columns);
        }
        if (!columns.at_null()) read_use(tenant, columns, discounts.back().second);
    }
    return discounts;
}

Result<DiscountList> find_discount_list(Connection& db, const TenantId& tenant, std::int64_t limit,
                                        std::int64_t offset) {
    auto codes = map_rows(query(db, select_list.c_str(), tenant, limit, offset), view_from);
    if (!codes) return codes.error();
    const auto total = query(db, count_codes, tenant);
    if (!total) return total.error();
    return DiscountList{std::move(*codes), total->front().get<std::int64_t>(0)};
}

Result<bool> insert_discount(Connection& db, const TenantId& tenant, const Discount& discount,
                             TimePoint now) {
    const auto& terms = discount.terms;
    const auto rows =
        query(db, add_discount, tenant, discount.id, discount.code, terms.type, terms.value,
              terms.minimum, terms.currency, discount.starts_at, discount.ends_at,
              discount.usage_limit, discount.usage_limit_per_customer, discount.active, now);
    if (!rows) return rows.error();
    return rows->affected() == 1;
}

}  // namespace souk
