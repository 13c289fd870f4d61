#include "domain/ledger.hpp"

#include <map>
#include <numeric>
#include <random>

#include "domain/checkout.hpp"
#include "domain/order.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};

/// A random order of a few vendors, priced by the real rules.
Order some_order(std::mt19937_64& random, const char* currency_code) {
    const auto currency = parse_currency(currency_code).value();
    Cart cart;
    cart.currency = currency;
    cart.expires_at = now + 1h;
    cart.version = 1;
    for (std::uint64_t i = 0; i <= random() % 6; ++i) {
        CartItem item;
        item.offer.variant_id = VariantId{uuid_v7(now, 1, i)};
        item.offer.seller_id = VendorId{uuid_v7(now, 2, random() % 4)};
        item.quantity = 1 + static_cast<std::int64_t>(random() % 5);
        item.offer.unit_price = static_cast<Amount>(random() % 10'000);
        item.total_price = item.offer.unit_price * item.quantity;
        cart.totals.subtotal += item.total_price;
        cart.items.push_back(item);
    }
    cart.totals.discount =
        static_cast<Amount>(random() % static_cast<std::uint64_t>(cart.totals.subtotal + 1));
    PlaceOrder wish;
    wish.order_id = OrderId{uuid_v7(now, 3, random())};
    wish.shipping_address.country = "JO";
    wish.shipping_method = "standard";
    wish.payment_method = PaymentMethod::sandbox;
    const ShippingMethod standard{
        .id = "standard", .currency = currency_code, .rate = static_cast<Amount>(random() % 900)};
    const TaxRate rate{static_cast<std::int64_t>(random() % 3'000), random() % 2 == 0};
    wish.tables = std::make_shared<const PriceTables>(
        PriceTables{{{"JO", "Jordan", {standard}}}, {{"JO", "", "GST", rate}}});
    return draft_order(cart, wish, now).value();
}

void add(std::map<Account, Amount>& books, const LedgerEntry& entry) {
    REQUIRE(sums_to_zero(entry));
    for (const auto& posting : entry.postings) {
        REQUIRE(posting.amount != 0);
        books[posting.account] += posting.amount;
    }
}

Order two_vendors() {
    Order order;
    order.payment_method = PaymentMethod::stripe;
    order.vendor_orders = {
        {VendorId{uuid_v7(now, 2, 1)}, OrderStatus::pending, {4'000, 1'000, 240, 500, 3'740}},
        {VendorId{uuid_v7(now, 2, 2)}, OrderStatus::pending, {2'000, 500, 120, 500, 2'120}}};
    order.totals = {6'000, 1'500, 360, 1'000, 5'860};
    return order;
}

Amount balance(const LedgerEntry& entry, AccountKind kind, std::uint64_t vendor = 0) {
    Amount sum = 0;
    for (const auto& posting : entry.postings)
        if (posting.account.kind == kind &&
            (vendor == 0 || posting.account.vendor == VendorId{uuid_v7(now, 2, vendor)}))
            sum += posting.amount;
    return sum;
}

}  // namespace

TEST_CASE("a capture is owed to vendors, tax and shipping, less the gateway's fee",
          "[domain][ledger]") {
    const auto entry = capture_entry(two_vendors(), "ref", 200, now);
    CHECK(balance(entry, AccountKind::gateway_clearing) == 5'660);
    CHECK(balance(entry, AccountKind::gateway_fees) == 200);
    CHECK(balance(entry, AccountKind::vendor_payable, 1) == -3'000);
    CHECK(balance(entry, AccountKind::vendor_payable, 2) == -1'500);
    CHECK(balance(entry, AccountKind::tax_payable) == -360);
    CHECK(balance(entry, AccountKind::shipping_revenue) == -1'000);
    CHECK(sums_to_zero(entry));
}

TEST_CASE("a tax that prices contain is taken from the vendors' part", "[domain][ledger]") {
    auto order = two_vendors();
    order.tax_rate.inclusive = true;
    order.totals.total = 5'500;
    const auto entry = capture_entry(order, "ref", 0, now);
    CHECK(balance(entry, AccountKind::vendor_payable, 1) == -2'760);
    CHECK(balance(entry, AccountKind::tax_payable) == -360);
    CHECK(sums_to_zero(entry));
}

TEST_CASE("a full refund mirrors its capture but for the fee", "[domain][ledger]") {
    const auto order = two_vendors();
    const auto entry = refund_entry(order, "ref", {}, 5'860, now);
    CHECK(balance(entry, AccountKind::gateway_clearing) == -5'860);
    CHECK(balance(entry, AccountKind::gateway_fees) == 0);
    CHECK(balance(entry, AccountKind::vendor_payable, 1) == 3'000);
    CHECK(balance(entry, AccountKind::tax_payable) == 360);
}

TEST_CASE("money that pays no order is owed to the customer until it is back", "[domain][ledger]") {
    const auto in = stray_capture_entry(two_vendors(), "ref", 5'860, 200, now);
    CHECK(balance(in, AccountKind::customer_payable) == -5'860);
    CHECK(balance(in, AccountKind::vendor_payable) == 0);
    const auto out = stray_refund_entry(two_vendors(), "ref", 5'860, now);
    CHECK(balance(out, AccountKind::customer_payable) == 5'860);
    CHECK((sums_to_zero(in) && sums_to_zero(out)));
    CHECK(sums_to_zero(fee_entry(two_vendors(), "ref", 77, now)));
}

TEST_CASE("currencies do not balance each other", "[domain][ledger]") {
    LedgerEntry entry;
    entry.postings = {{{}, parse_currency("USD").value(), 5},
                      {{}, parse_currency("JOD").value(), -5}};
    CHECK_FALSE(sums_to_zero(entry));
}

TEST_CASE("refunds in random parts give every account back exactly what it got",
          "[domain][ledger]") {
    std::mt19937_64 random{20260115};
    for (const auto* currency : {"USD", "JOD", "JPY"}) {
        for (int round = 0; round < 150; ++round) {
            const auto order = some_order(random, currency);
            std::map<Account, Amount> books;
            const auto shares = shares_of(order);
            Amount sum = 0;
            for (const auto& share : shares) {
                REQUIRE(share.amount >= 0);
                sum += share.amount;
            }
            REQUIRE(sum == order.totals.total);
            add(books, capture_entry(order, "capture", 0, now));
            Amount left = order.totals.total;
            std::vector<Amount> earlier;
            while (left > 0) {
                const auto part = 1 + static_cast<Amount>(
                                          random() % static_cast<std::uint64_t>(
                                                         random() % 4 == 0 ? left : left / 3 + 1));
                const auto amount = std::min(part, left);
                for (const auto given : refund_parts(shares, earlier, amount)) REQUIRE(given >= 0);
                add(books, refund_entry(order, "refund", earlier, amount, now));
                for (const auto& [account, balance_now] : books)
                    REQUIRE((account.kind == AccountKind::gateway_clearing ? balance_now >= 0
                                                                           : balance_now <= 0));
                earlier.push_back(amount);
                left -= amount;
            }
            for (const auto& [account, balance_now] : books) REQUIRE(balance_now == 0);
        }
    }
}
