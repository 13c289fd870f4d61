#include "protocol/discount_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::int64_t stated_value(const DiscountTerms& terms) {
    return terms.type == DiscountType::percentage ? terms.value / 100 : terms.value;
}

Result<DiscountRules> discount_rules(const DiscountRulesBody& body) {
    auto terms = discount_terms(body.type, body.value, body.minimum_amount, body.currency);
    if (!terms) return terms.error();
    return DiscountRules{
        *terms,     body.starts_at, body.ends_at, body.usage_limit, body.usage_limit_per_customer,
        body.active};
}

std::string discount_json(const DiscountView& discount) { return write_json(discount, 512); }

std::string discounts_json(DiscountPage page, const PageQuery& query) {
    const Pagination pagination{query.page, query.limit, page.total};
    return write_json(Page<DiscountView>{std::move(page.rows), pagination}, 4096);
}

}  // namespace souk
