#include "domain/ledger.hpp"

#include <map>

#include "domain/order.hpp"

namespace souk {
namespace {

Account clearing_of(const Order& order) {
    return {AccountKind::gateway_clearing, {}, order.payment_method};
}

Account fees_of(const Order& order) {
    return {AccountKind::gateway_fees, {}, order.payment_method};
}

LedgerEntry entry_of(const Order& order, EntryKind kind, std::string reference, TimePoint at) {
    return {kind, std::move(reference), order.id, at, {}};
}

void post(LedgerEntry& entry, const Order& order, const Account& account, Amount amount) {
    if (amount != 0) entry.postings.push_back({account, order.currency, amount});
}

}  // namespace

std::vector<OrderShare> shares_of(const Order& order) {
    std::vector<OrderShare> shares;
    Amount tax = 0;
    Amount shipping = 0;
    for (const auto& part : order.vendor_orders) {
        const auto& totals = part.totals;
        const Amount contained = order.tax_rate.inclusive ? totals.tax : 0;
        shares.push_back({{AccountKind::vendor_payable, part.vendor_id},
                          totals.subtotal - totals.discount - contained});
        tax += totals.tax;
        shipping += totals.shipping;
    }
    shares.push_back({{AccountKind::tax_payable}, tax});
    shares.push_back({{AccountKind::shipping_revenue}, shipping});
    return shares;
}

// Allotting over what is left never takes more than is left, and takes all of it at the end;
// allotting each cumulated sum anew could take money back (the Alabama paradox).
std::vector<Amount> refund_parts(const std::vector<OrderShare>& shares,
                                 const std::vector<Amount>& earlier, Amount amount) {
    std::vector<Amount> left;
    for (const auto& share : shares) left.push_back(share.amount);
    for (const Amount before : earlier) {
        const auto taken = allot(before, left);
        for (std::size_t i = 0; i < left.size(); ++i) left[i] -= taken[i];
    }
    return allot(amount, left);
}

LedgerEntry capture_entry(const Order& order, std::string reference, Amount fee, TimePoint at) {
    auto entry = entry_of(order, EntryKind::capture, std::move(reference), at);
    post(entry, order, clearing_of(order), order.totals.total - fee);
    post(entry, order, fees_of(order), fee);
    for (const auto& share : shares_of(order)) post(entry, order, share.account, -share.amount);
    return entry;
}

LedgerEntry refund_entry(const Order& order, std::string reference,
                         const std::vector<Amount>& earlier, Amount amount, TimePoint at) {
    auto entry = entry_of(order, EntryKind::refund, std::move(reference), at);
    const auto shares = shares_of(order);
    const auto parts = refund_parts(shares, earlier, amount);
    post(entry, order, clearing_of(order), -amount);
    for (std::size_t i = 0; i < shares.size(); ++i) post(entry, order, shares[i].account, parts[i]);
    return entry;
}

LedgerEntry stray_capture_entry(const Order& order, std::string reference, Amount amount,
                                Amount fee, TimePoint at) {
    auto entry = entry_of(order, EntryKind::capture, std::move(reference), at);
    post(entry, order, clearing_of(order), amount - fee);
    post(entry, order, fees_of(order), fee);
    post(entry, order, {AccountKind::customer_payable}, -amount);
    return entry;
}

LedgerEntry stray_refund_entry(const Order& order, std::string reference, Amount amount,
                               TimePoint at) {
    auto entry = entry_of(order, EntryKind::refund, std::move(reference), at);
    post(entry, order, clearing_of(order), -amount);
    post(entry, order, {AccountKind::customer_payable}, amount);
    return entry;
}

LedgerEntry fee_entry(const Order& order, std::string reference, Amount fee, TimePoint at) {
    auto entry = entry_of(order, EntryKind::fee, std::move(reference), at);
    post(entry, order, clearing_of(order), -fee);
    post(entry, order, fees_of(order), fee);
    return entry;
}

bool sums_to_zero(const LedgerEntry& entry) {
    std::map<Currency, Amount> sums;
    for (const auto& posting : entry.postings) sums[posting.currency] += posting.amount;
    for (const auto& [currency, sum] : sums)
        if (sum != 0) return false;
    return true;
}

}  // namespace souk
