#pragma once
// A discount code: rules that operators set, and a counter of uses with holds. A checkout holds a
// use, its commit makes the hold a use, and an order that comes to nothing gives its use back.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

enum class DiscountType { percentage, fixed_amount };

struct DiscountTerms {
    DiscountType type{DiscountType::percentage};
    Amount value{};                    // percentage: basis points, 1 to 10,000; fixed: minor units
    Amount minimum{};                  // the least subtotal it holds for
    std::optional<Currency> currency;  // of `value` and `minimum`; absent: a percentage in any
    bool operator==(const DiscountTerms&) const = default;
};

/// What a cart remembers of the code it was given; its amount follows the cart's subtotal.
struct AppliedDiscount {
    DiscountId id;
    std::string code;
    DiscountTerms terms;
    bool operator==(const AppliedDiscount&) const = default;
};

/// The customer a use is counted for: by account, by e-mail address, or by both.
struct Buyer {
    std::optional<CustomerId> customer_id;
    std::string email;
};

struct DiscountUse {
    OrderId order_id;
    std::vector<std::string> buyer_keys;
    TimePoint expires_at;  // of a hold
};

/// What operators say of a code.
struct DiscountRules {
    DiscountTerms terms;
    std::optional<TimePoint> starts_at;
    std::optional<TimePoint> ends_at;
    std::optional<std::int64_t> usage_limit;  // in all
    std::optional<std::int64_t> usage_limit_per_customer;
    bool active{true};
    bool operator==(const DiscountRules&) const = default;
};

/// A committed code, for readers.
struct DiscountView : DiscountRules {
    DiscountId id;
    std::string code;
    std::int64_t used{};
    Version version{};  // 0: there is no such code
};

/// Version 0 while there is no such code.
struct Discount : DiscountRules {
    DiscountId id;
    std::string code;  // upper case
    std::int64_t used{};
    std::unordered_map<OrderId, DiscountUse> uses;          // committed and not given back
    std::unordered_map<OrderId, DiscountUse> held;          // in memory alone, until they expire
    std::unordered_map<std::string, std::int64_t> used_by;  // committed uses by buyer's key
    Version version{};
};

/// Takes a use for an order about to be placed; nothing is written before it is committed.
struct HoldDiscount {
    OrderId order_id;
    Buyer buyer;
    Amount subtotal{};
    Currency currency;
    TimePoint expires_at;
    DiscountTerms terms;  // that the order was priced with
};
/// The order stands: its hold becomes a use in the same commit.
struct CommitDiscount {
    OrderId order_id;
};
/// The order came to nothing: drops its hold, or gives its use back.
struct ReleaseDiscount {
    OrderId order_id;
};
/// The use counts on; for whom it was taken is forgotten.
struct ForgetBuyer {
    OrderId order_id;
};
using DiscountCommand = std::variant<HoldDiscount, CommitDiscount, ReleaseDiscount, ForgetBuyer>;

/// A new code. `conflict` when there is one.
struct CreateDiscount {
    DiscountId id;
    DiscountRules rules;
};
/// Other rules from now on; orders that used the code keep what they were given.
struct ChangeDiscount {
    DiscountRules rules;
    std::optional<Version> expected_version;
};
/// The code is good for nothing from now on.
struct EndDiscount {
    std::optional<Version> expected_version;
};
using DiscountEdit = std::variant<CreateDiscount, ChangeDiscount, EndDiscount>;

/// What a command does. `used` and `given_back` are rows; the counter travels as their difference,
/// so that changes of one code may commit in any order.
struct DiscountChange {
    DiscountId id;
    std::optional<std::string> created;  // the code of a new one
    std::optional<DiscountRules> rules;  // as they are from now on
    std::optional<DiscountUse> held;
    std::optional<DiscountUse> dropped;
    std::optional<DiscountUse> used;
    std::optional<DiscountUse> given_back;
    std::optional<DiscountUse> forgotten;  // its buyer's keys go, its row with its order's

    std::int64_t used_delta() const { return (used ? 1 : 0) - (given_back ? 1 : 0); }
    bool empty() const { return !rules && !held && !dropped && !used && !given_back && !forgotten; }
    bool writes() const { return rules || used || given_back; }
};

/// Terms as an operator states them: a percentage in whole percent, a fixed amount in minor units.
/// `unprocessable` for values out of range.
Result<DiscountTerms> discount_terms(DiscountType type, std::int64_t value, Amount minimum,
                                     std::optional<Currency> currency);

/// A code as it is compared: without blanks around it, in upper case (ASCII).
std::string discount_code_of(std::string_view text);

inline constexpr std::size_t max_discount_code = 50;
/// May operators make a code of it? Capital letters, digits, '-' and '_'.
bool is_discount_code(std::string_view code);

/// Lower-case e-mail address and customer id, as far as they are known.
std::vector<std::string> buyer_keys_of(const Buyer& buyer);

/// What the terms take off a subtotal: never more than it, and nothing below the minimum.
Amount discount_on(const DiscountTerms& terms, Amount subtotal);

/// May this buyer use the code for this subtotal now? Refusals (001): `invalid_input` for a code
/// that is switched off, has not begun or is of another currency, `gone` for one that has ended or
/// is used up, `unprocessable` below the minimum.
Result<AppliedDiscount> quote_discount(const Discount& discount, const Buyer& buyer,
                                       Amount subtotal, Currency currency, TimePoint now);

/// Refusals: those of a quote for a hold, and `conflict` when the terms have changed since the
/// order was priced; `not_found` for a commit without a hold, `conflict` for one whose hold has
/// expired. Repeats change nothing.
Result<DiscountChange> decide(const Discount& discount, const DiscountCommand& command,
                              TimePoint now);

/// Refusals: `not_found` for a code that is not there, `precondition_failed` for a stale version,
/// `unprocessable` for dates that leave no time, `conflict` for a limit below what has been used.
/// What is so already changes nothing.
Result<DiscountChange> decide(const Discount& discount, const DiscountEdit& edit, TimePoint now);

void apply(Discount& discount, const DiscountChange& change);

}  // namespace souk
