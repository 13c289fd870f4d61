#pragma once
// Discount codes as operators make, change and list them. Percentages travel in whole percent.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "domain/discount.hpp"
#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"
#include "protocol/views.hpp"

namespace souk {

template <>
struct EnumNames<DiscountType> {
    static constexpr std::array<std::pair<DiscountType, std::string_view>, 2> names{{
        {DiscountType::percentage, "percentage"},
        {DiscountType::fixed_amount, "fixed_amount"},
    }};
};

/// Percent, or minor units.
std::int64_t stated_value(const DiscountTerms& terms);

inline constexpr std::int64_t max_discount_uses = 1'000'000'000;

struct DiscountRulesBody {
    DiscountType type{DiscountType::percentage};
    std::int64_t value{};
    Amount minimum_amount{};
    std::optional<Currency> currency;
    std::optional<TimePoint> starts_at;
    std::optional<TimePoint> ends_at;
    std::optional<std::int64_t> usage_limit;
    std::optional<std::int64_t> usage_limit_per_customer;
    bool active{true};
};

template <>
struct Schema<DiscountRulesBody> {
    using Body = DiscountRulesBody;
    static constexpr std::string_view name = "ChangeDiscountCode";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("type", &Body::type, "What value is of."),
        field("value", &Body::value, "Percent, 1 to 100, or minor units.",
              {.min = 1, .max = max_amount}),
        field("minimumAmount", &Body::minimum_amount,
              "The least subtotal it holds for, in minor units.",
              {.min = 0, .max = max_amount, .optional = true}),
        field("currency", &Body::currency,
              "Of value and minimumAmount; needed with an amount, else any."),
        field("startsAt", &Body::starts_at, "At once unless said otherwise."),
        field("endsAt", &Body::ends_at, "Never unless said otherwise; after startsAt."),
        field("usageLimit", &Body::usage_limit, "In all; none unless said otherwise.",
              {.min = 1, .max = max_discount_uses}),
        field("usageLimitPerCustomer", &Body::usage_limit_per_customer,
              "By account and by e-mail address; none unless said otherwise.",
              {.min = 1, .max = max_discount_uses}),
        field("active", &Body::active, "False switches it off.", {.optional = true}));
};

struct CreateDiscountBody : DiscountRulesBody {
    std::string code;
};

template <>
struct Schema<CreateDiscountBody> {
    static constexpr std::string_view name = "CreateDiscountCode";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::tuple_cat(std::make_tuple(field("code", &CreateDiscountBody::code,
                                             "Letters, digits, - and _; kept in upper case.",
                                             {.min_length = 1, .max_length = max_discount_code})),
                       Schema<DiscountRulesBody>::fields);
};

/// The rules a body states. Refusals: those of discount_terms, in the body's words.
Result<DiscountRules> discount_rules(const DiscountRulesBody& body);

template <>
struct Schema<DiscountView> {
    using View = DiscountView;
    static constexpr std::string_view name = "DiscountCode";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &View::id, "The code's id."),
        field("code", &View::code, "What buyers type; in upper case."),
        field(
            "type", [](const View& view) { return view.terms.type; }, "What value is of."),
        field(
            "value", [](const View& view) { return stated_value(view.terms); },
            "Percent, or minor units."),
        field(
            "minimumAmount", [](const View& view) { return view.terms.minimum; },
            "The least subtotal it holds for."),
        field(
            "currency", [](const View& view) { return view.terms.currency; },
            "Of value and minimumAmount; null: any."),
        field("startsAt", &View::starts_at, "Null: it has begun."),
        field("endsAt", &View::ends_at, "Null: it does not end."),
        field("usageLimit", &View::usage_limit, "In all; null: none."),
        field("usageLimitPerCustomer", &View::usage_limit_per_customer, "Null: none."),
        field("active", &View::active, "Is it switched on?"),
        field("used", &View::used, "Orders that hold a use."),
        field("version", &View::version, "Counts changes and uses; also the ETag."));
};

/// Without its envelope.
std::string discount_json(const DiscountView& discount);
/// A page, envelope included.
std::string discounts_json(DiscountPage page, const PageQuery& query);

}  // namespace souk
