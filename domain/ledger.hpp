#pragma once
// Double entry: every movement of money is an entry whose postings sum to zero per currency.
//
// The chart. A debit is positive, a credit negative; what we have and what we spend grows by
// debits, what we owe and what we earn by credits.
//   gateway_clearing  have   money at a gateway that it will pay out; of cash on delivery: cash
//                            that couriers have collected and not yet handed over
//   gateway_fees      spend  what gateways keep; they do not give it back with a refund
//   vendor_payable    owe    a vendor's goods after discount, net of tax; one account per vendor
//   tax_payable       owe    tax collected
//   shipping_revenue  earn   shipping charged
//   customer_payable  owe    money taken that pays no order, until it is refunded
// A capture that pays its order is posted to vendors, tax and shipping; its refunds take from the
// same accounts in proportion to what is left on each, so that all refunds of an order add up to
// exactly what was captured, account by account. Cash is posted when it is collected, at delivery.

#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "domain/money.hpp"
#include "domain/payment.hpp"
#include "domain/time.hpp"

namespace souk {

struct Order;

enum class AccountKind {
    gateway_clearing,
    gateway_fees,
    vendor_payable,
    tax_payable,
    shipping_revenue,
    customer_payable,
};

struct Account {
    AccountKind kind{AccountKind::gateway_clearing};
    VendorId vendor{};                                       // vendor_payable alone
    PaymentMethod gateway{PaymentMethod::cash_on_delivery};  // clearing and fees alone
    auto operator<=>(const Account&) const = default;
};

struct Posting {
    Account account;
    Currency currency;
    Amount amount{};  // debit positive, credit negative, never zero
    bool operator==(const Posting&) const = default;
};

enum class EntryKind { capture, refund, fee };

struct LedgerEntry {
    EntryKind kind{EntryKind::capture};
    std::string reference;  // unique: what cannot be posted twice, "order_…:capture:pi_…"
    OrderId order_id;
    TimePoint at;
    std::vector<Posting> postings;
};

/// What one account gets of an order's total.
struct OrderShare {
    Account account;
    Amount amount{};
};

/// The order's total by the accounts it is owed to: each vendor, tax, shipping. Sums to the total.
std::vector<OrderShare> shares_of(const Order& order);

/// What each share gives back for one more refund of `amount`, after refunds of the amounts in
/// `earlier`, in their order. No share gives more than it has; `amount` and `earlier` together
/// must not exceed the shares.
std::vector<Amount> refund_parts(const std::vector<OrderShare>& shares,
                                 const std::vector<Amount>& earlier, Amount amount);

/// The order's total was captured and pays it; also cash collected, without a fee.
LedgerEntry capture_entry(const Order& order, std::string reference, Amount fee, TimePoint at);
/// Part of such a capture was given back.
LedgerEntry refund_entry(const Order& order, std::string reference,
                         const std::vector<Amount>& earlier, Amount amount, TimePoint at);

/// Money was captured that pays no order, and given back.
LedgerEntry stray_capture_entry(const Order& order, std::string reference, Amount amount,
                                Amount fee, TimePoint at);
LedgerEntry stray_refund_entry(const Order& order, std::string reference, Amount amount,
                               TimePoint at);

/// A fee that became known after its capture.
LedgerEntry fee_entry(const Order& order, std::string reference, Amount fee, TimePoint at);

bool sums_to_zero(const LedgerEntry& entry);

}  // namespace souk
