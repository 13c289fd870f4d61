#include "persistence/paying_rows.hpp"

#include <tuple>

#include "persistence/array_literal.hpp"
#include "persistence/json_text.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

/// What a payment's own row has of it; its lists are rows of their own.
auto own_fields(const Payment& payment) {
    return std::tie(payment.id, payment.gateway, payment.method, payment.state, payment.intent,
                    payment.client_secret, payment.captured, payment.refunded, payment.fee,
                    payment.pays_order, payment.graced, payment.disputed, payment.last_error,
                    payment.created_at);
}

/// Calls `write` with each element of a list that is new or differs, and its place. Elements are
/// never taken out, and never change places.
template <class T, class Write>
void for_each_difference(const Payment* before, const Payment& next, std::vector<T> Payment::*list,
                         Write write) {
    const std::size_t known = before ? (before->*list).size() : 0;
    std::int64_t place = 0;
    for (const auto& element : next.*list) {
        const auto index = static_cast<std::size_t>(place);
        if (index >= known || (before->*list)[index] != element) write(place, element);
        ++place;
    }
}

}  // namespace

void PayingRows::add_payment(const TenantId& tenant, const RowChange<Order>& change) {
    const auto& order_id = change.next->id;
    const auto& next = *change.next->payment;
    const auto* before =
        change.before && change.before->payment ? &*change.before->payment : nullptr;
    if (!before || own_fields(*before) != own_fields(next))
        std::apply([&](const auto&... fields) { payments.add(tenant, order_id, fields...); },
                   own_fields(next));
    for_each_difference(
        before, next, &Payment::attempts, [&](std::int64_t, const PaymentAttempt& attempt) {
            attempts.add(tenant, order_id, attempt.number, attempt.step, attempt.state, attempt.key,
                         attempt.intent, attempt.method, attempt.amount, attempt.refund_id,
                         attempt.tries, attempt.forgiven, attempt.due_at, attempt.uncertain,
                         attempt.stuck, attempt.reason);
        });
    for_each_difference(
        before, next, &Payment::refunds, [&](std::int64_t place, const Refund& refund) {
            refunds.add(tenant, order_id, place, refund.id, refund.amount, refund.reason,
                        json_of(refund.restock), refund.actor, refund.state, refund.intent,
                        refund.owed, refund.settled_as, refund.requested_at);
        });
    for_each_difference(
        before, next, &Payment::strays, [&](std::int64_t place, const StrayCharge& stray) {
            strays.add(tenant, order_id, place, stray.intent, stray.captured, stray.refunded);
        });
}

void PayingRows::add(const TenantId& tenant, const LedgerEntry& entry) {
    std::int64_t line = 0;
    for (const auto& posting : entry.postings) {
        const auto& account = posting.account;
        std::optional<VendorId> vendor;
        if (account.kind == AccountKind::vendor_payable) vendor = account.vendor;
        std::optional<PaymentMethod> gateway;
        if (account.kind == AccountKind::gateway_clearing ||
            account.kind == AccountKind::gateway_fees)
            gateway = account.gateway;
        ledger.add(tenant, entry.reference, line++, entry.kind, entry.order_id, account.kind,
                   vendor, gateway, posting.currency, posting.amount, entry.at);
    }
}

void PayingRows::add(const TenantId& tenant, const GatewayEventRecord& event) {
    gateway_events.add(tenant, event.gateway, event.id, event.type, event.order_id, event.created);
}

void PayingRows::add(const TenantId& tenant, const DiscountChange& change) {
    if (!change.writes()) return;
    if (const auto& use = change.used)
        discounts_used.add(
            tenant, change.id, use->order_id,
            PersonalRow(*personal_, tenant, discount_use_key(change.id, use->order_id))
                .seal(sealed_column::discount_buyer_keys, array_literal(use->buyer_keys)));
    if (const auto& use = change.given_back) discounts_given_back.add(change.id, use->order_id);
    auto& sums = discount_sums_[change.id];
    sums.used += change.used_delta();
    ++sums.changes;
    if (change.created) discounts_new.add(tenant, change.id, *change.created);
    if (change.rules) sums.rules = change.rules;
}

void PayingRows::close_discounts() {
    for (const auto& [id, sums] : discount_sums_) {
        const auto rules = sums.rules.value_or(DiscountRules{});
        discounts.add(id, sums.used, sums.changes, sums.rules.has_value(), rules.terms.type,
                      rules.terms.value, rules.terms.minimum, rules.terms.currency, rules.starts_at,
                      rules.ends_at, rules.usage_limit, rules.usage_limit_per_customer,
                      rules.active);
    }
}

}  // namespace souk
