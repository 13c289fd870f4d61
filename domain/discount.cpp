#include "domain/discount.hpp"

#include <algorithm>

#include "domain/guards.hpp"

namespace souk {
namespace {

std::string_view without_blanks_around(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return lower;
}

std::int64_t live_holds(const Discount& discount, TimePoint now) {
    return std::ranges::count_if(discount.held,
                                 [&](const auto& hold) { return hold.second.expires_at > now; });
}

std::int64_t taken_by(const Discount& discount, const std::string& buyer_key, TimePoint now) {
    const auto found = discount.used_by.find(buyer_key);
    const auto held = std::ranges::count_if(discount.held, [&](const auto& hold) {
        return hold.second.expires_at > now &&
               std::ranges::count(hold.second.buyer_keys, buyer_key) != 0;
    });
    return held + (found == discount.used_by.end() ? 0 : found->second);
}

std::int64_t taken_in_all(const Discount& discount, TimePoint now) {
    return (holds(Guard::discount_use_is_held) ? discount.used : 0) + live_holds(discount, now);
}

Result<void> uses_left(const Discount& discount, const Buyer& buyer, TimePoint now) {
    if (discount.usage_limit && taken_in_all(discount, now) >= *discount.usage_limit)
        return refuse(ErrorCode::gone, "discountCode", "has been used up");
    if (!discount.usage_limit_per_customer) return {};
    for (const auto& key : buyer_keys_of(buyer))
        if (taken_by(discount, key, now) >= *discount.usage_limit_per_customer)
            return refuse(ErrorCode::gone, "discountCode", "has been used by this customer");
    return {};
}

Result<DiscountChange> decide(const Discount& discount, const HoldDiscount& command,
                              TimePoint now) {
    if (discount.uses.contains(command.order_id)) return DiscountChange{.id = discount.id};
    const auto held = discount.held.find(command.order_id);
    if (held != discount.held.end() && held->second.expires_at > now)
        return DiscountChange{.id = discount.id};
    const auto quote =
        quote_discount(discount, command.buyer, command.subtotal, command.currency, now);
    if (!quote) return quote.error();
    if (command.terms != discount.terms)
        return refuse(ErrorCode::conflict, "discountCode",
                      "has changed: take it off the cart and apply it again");
    DiscountChange change{.id = discount.id};
    change.held = DiscountUse{command.order_id, buyer_keys_of(command.buyer), command.expires_at};
    return change;
}

Result<DiscountChange> decide(const Discount& discount, const CommitDiscount& command,
                              TimePoint now) {
    if (discount.uses.contains(command.order_id)) return DiscountChange{.id = discount.id};
    const auto held = discount.held.find(command.order_id);
    if (held == discount.held.end())
        return refuse(ErrorCode::not_found, "the order holds no use of the code");
    if (held->second.expires_at <= now)
        return refuse(ErrorCode::conflict, "the order's hold on the code has expired");
    DiscountChange change{.id = discount.id};
    change.dropped = held->second;
    change.used = held->second;
    return change;
}

Result<DiscountChange> decide(const Discount& discount, const ReleaseDiscount& command, TimePoint) {
    DiscountChange change{.id = discount.id};
    if (const auto held = discount.held.find(command.order_id); held != discount.held.end())
        change.dropped = held->second;
    if (const auto use = discount.uses.find(command.order_id); use != discount.uses.end())
        change.given_back = use->second;
    return change;
}

Result<DiscountChange> decide(const Discount& discount, const ForgetBuyer& command, TimePoint) {
    DiscountChange change{.id = discount.id};
    if (const auto use = discount.uses.find(command.order_id); use != discount.uses.end())
        change.forgotten = use->second;
    return change;
}

Result<void> check_rules(const Discount& discount, const DiscountRules& rules, TimePoint now) {
    if (rules.starts_at && rules.ends_at && *rules.ends_at <= *rules.starts_at)
        return refuse(ErrorCode::unprocessable, "endsAt", "must be after startsAt");
    const auto taken = discount.used + live_holds(discount, now);
    if (rules.usage_limit && *rules.usage_limit < taken)
        return refuse(ErrorCode::conflict, "usageLimit",
                      "is less than the " + std::to_string(taken) + " uses so far");
    return {};
}

Result<void> check_state(const Discount& discount, const std::optional<Version>& expected) {
    if (discount.version == 0) return refuse(ErrorCode::not_found, "no such discount code");
    if (expected && *expected != discount.version)
        return refuse(ErrorCode::precondition_failed, "the code has changed since that version");
    return {};
}

DiscountChange ruled(const Discount& discount, const DiscountRules& rules) {
    DiscountChange change{.id = discount.id};
    if (rules != static_cast<const DiscountRules&>(discount)) change.rules = rules;
    return change;
}

Result<DiscountChange> decide(const Discount& discount, const CreateDiscount& edit, TimePoint now) {
    if (discount.version != 0) return refuse(ErrorCode::conflict, "code", "exists already");
    if (const auto fine = check_rules(discount, edit.rules, now); !fine) return fine.error();
    return DiscountChange{.id = edit.id, .created = discount.code, .rules = edit.rules};
}

Result<DiscountChange> decide(const Discount& discount, const ChangeDiscount& edit, TimePoint now) {
    if (const auto fine = check_state(discount, edit.expected_version); !fine) return fine.error();
    if (const auto fine = check_rules(discount, edit.rules, now); !fine) return fine.error();
    return ruled(discount, edit.rules);
}

Result<DiscountChange> decide(const Discount& discount, const EndDiscount& edit, TimePoint now) {
    if (const auto fine = check_state(discount, edit.expected_version); !fine) return fine.error();
    DiscountRules rules = discount;
    if (!rules.ends_at || *rules.ends_at > now) rules.ends_at = now;
    return ruled(discount, rules);
}

}  // namespace

Result<DiscountTerms> discount_terms(DiscountType type, std::int64_t value, Amount minimum,
                                     std::optional<Currency> currency) {
    const bool percentage = type == DiscountType::percentage;
    if (value <= 0 || value > (percentage ? 100 : max_amount))
        return refuse(ErrorCode::unprocessable, "value",
                      percentage ? "must be 1 to 100 percent" : "is out of range");
    if (minimum < 0 || minimum > max_amount)
        return refuse(ErrorCode::unprocessable, "minimumAmount", "is out of range");
    if (!currency && (!percentage || minimum > 0))
        return refuse(ErrorCode::unprocessable, "currency", "is needed for an amount");
    return DiscountTerms{type, percentage ? value * 100 : value, minimum, currency};
}

std::string discount_code_of(std::string_view text) {
    std::string code{without_blanks_around(text)};
    for (auto& c : code)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    return code;
}

bool is_discount_code(std::string_view code) {
    return !code.empty() && code.size() <= max_discount_code &&
           std::ranges::all_of(code, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

std::vector<std::string> buyer_keys_of(const Buyer& buyer) {
    std::vector<std::string> keys;
    if (buyer.customer_id) keys.push_back(to_text(*buyer.customer_id));
    if (const auto email = without_blanks_around(buyer.email); !email.empty())
        keys.push_back(lower_case(email));
    return keys;
}

Amount discount_on(const DiscountTerms& terms, Amount subtotal) {
    if (subtotal <= 0 || subtotal < terms.minimum) return 0;
    const Amount wished =
        terms.type == DiscountType::percentage ? share_of(subtotal, terms.value) : terms.value;
    return std::clamp<Amount>(wished, 0, subtotal);
}

Result<AppliedDiscount> quote_discount(const Discount& discount, const Buyer& buyer,
                                       Amount subtotal, Currency currency, TimePoint now) {
    if (discount.version == 0 || !discount.active)
        return refuse(ErrorCode::invalid_input, "discountCode", "is not valid");
    if (discount.starts_at && *discount.starts_at > now)
        return refuse(ErrorCode::invalid_input, "discountCode", "is not valid yet");
    if (discount.ends_at && *discount.ends_at <= now)
        return refuse(ErrorCode::gone, "discountCode", "has expired");
    if (discount.terms.currency && *discount.terms.currency != currency)
        return refuse(ErrorCode::invalid_input, "discountCode",
                      "is not valid for " + std::string{currency.text()});
    if (const auto left = uses_left(discount, buyer, now); !left) return left.error();
    if (subtotal < discount.terms.minimum)
        return refuse(ErrorCode::unprocessable, "discountCode",
                      "needs an order of at least " + std::to_string(discount.terms.minimum));
    return AppliedDiscount{discount.id, discount.code, discount.terms};
}

Result<DiscountChange> decide(const Discount& discount, const DiscountCommand& command,
                              TimePoint now) {
    return std::visit([&](const auto& one) { return decide(discount, one, now); }, command);
}

Result<DiscountChange> decide(const Discount& discount, const DiscountEdit& edit, TimePoint now) {
    return std::visit([&](const auto& one) { return decide(discount, one, now); }, edit);
}

namespace {

void forget_keys(Discount& discount, const DiscountUse& use) {
    for (const auto& key : use.buyer_keys)
        if (--discount.used_by[key] == 0) discount.used_by.erase(key);
}

}  // namespace

void apply(Discount& discount, const DiscountChange& change) {
    if (change.created) {
        discount.id = change.id;
        discount.code = *change.created;
    }
    if (change.rules) static_cast<DiscountRules&>(discount) = *change.rules;
    if (change.dropped) discount.held.erase(change.dropped->order_id);
    if (change.held) discount.held.insert_or_assign(change.held->order_id, *change.held);
    if (change.used && discount.uses.emplace(change.used->order_id, *change.used).second) {
        ++discount.used;
        for (const auto& key : change.used->buyer_keys) ++discount.used_by[key];
    }
    if (change.given_back && discount.uses.erase(change.given_back->order_id) != 0) {
        --discount.used;
        forget_keys(discount, *change.given_back);
    }
    if (change.forgotten) {
        const auto use = discount.uses.find(change.forgotten->order_id);
        if (use != discount.uses.end()) forget_keys(discount, use->second);
        if (use != discount.uses.end()) use->second.buyer_keys.clear();
    }
    if (change.writes()) ++discount.version;
}

}  // namespace souk
