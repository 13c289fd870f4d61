#include "persistence/discount_repository.hpp"

#include "persistence/query.hpp"

namespace souk {
namespace {

constexpr auto select_discounts = R"(
    SELECT c.id, c.code, c.type, c.value, c.minimum, c.currency, c.starts_at, c.ends_at,
           c.usage_limit, c.usage_limit_per_customer, c.active, c.used, c.version,
           u.order_id, u.buyer_keys
    FROM discount_codes c
    LEFT JOIN discount_uses u ON u.discount_id = c.id AND u.state = 0
    WHERE c.code = ANY($1::text[])
    ORDER BY c.id)";

constexpr auto add_discount = R"(
    INSERT INTO discount_codes (id, code, type, value, minimum, currency, starts_at, ends_at,
                                usage_limit, usage_limit_per_customer, active, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING)";

constexpr int discount_columns = 13;

Discount discount_from(Columns& columns) {
    Discount discount;
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

void read_use(Columns& columns, Discount& discount) {
    DiscountUse use;
    use.order_id = columns.next<OrderId>();
    use.buyer_keys = columns.next<std::vector<std::string>>();
    for (const auto& key : use.buyer_keys) ++discount.used_by[key];
    const auto order_id = use.order_id;
    discount.uses.emplace(order_id, std::move(use));
}

}  // namespace

// A code may have many uses: its own columns are read from the first row alone.
Result<std::vector<Discount>> find_discounts(Connection& db,
                                             const std::vector<std::string>& codes) {
    const auto rows = query(db, select_discounts, codes);
    if (!rows) return rows.error();
    std::vector<Discount> discounts;
    for (const auto row : *rows) {
        Columns columns(row);
        if (discounts.empty() || discounts.back().id != row.get<DiscountId>(0))
            discounts.push_back(discount_from(columns));
        else
            columns.skip(discount_columns);
        if (!columns.at_null()) read_use(columns, discounts.back());
    }
    return discounts;
}

Result<bool> insert_discount(Connection& db, const Discount& discount, TimePoint now) {
    const auto& terms = discount.terms;
    const auto rows =
        query(db, add_discount, discount.id, discount.code, terms.type, terms.value, terms.minimum,
              terms.currency, discount.starts_at, discount.ends_at, discount.usage_limit,
              discount.usage_limit_per_customer, discount.active, now);
    if (!rows) return rows.error();
    return rows->affected() == 1;
}

}  // namespace souk
