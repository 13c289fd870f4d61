#include "app/order_mail_texts.hpp"

#include <algorithm>

#include "app/mail_texts.hpp"
#include "domain/money_text.hpp"

namespace souk {
namespace {

std::string joined(const std::string& a, const std::string& b) {
    return a + (a.empty() || b.empty() ? "" : " ") + b;
}

void add_items(MailLetter& letter, const Order& order) {
    for (const auto& item : order.items) {
        auto name = std::to_string(item.quantity) + " × " + item.offer.product_name;
        if (!item.offer.variant_name.empty()) name += ", " + item.offer.variant_name;
        letter.row(name, money_text(item.total_price, order.currency));
    }
}

void add_totals(MailLetter& letter, const Order& order) {
    const auto& totals = order.totals;
    const auto add = [&](std::string_view what, Amount amount) {
        letter.row(what, money_text(amount, order.currency));
    };
    add("Subtotal", totals.subtotal);
    if (totals.discount > 0) add("Discount", -totals.discount);
    add(order.tax_rate.inclusive ? "Tax (included)" : "Tax", totals.tax);
    add("Shipping", totals.shipping);
    add("Total", totals.total);
}

void add_address(MailLetter& letter, const Address& address) {
    letter.line(joined(address.first_name, address.last_name))
        .line(joined(address.street, address.building))
        .line(address.apartment)
        .line(joined(address.postal_code, address.city))
        .line(joined(address.governorate, address.country));
}

Mail confirmed_mail(const std::string& to, const Order& order) {
    MailLetter letter;
    letter.paragraph("Thank you! Your order " + order.number + " is confirmed.");
    add_items(letter, order);
    add_totals(letter, order);
    if (order.payment_status == PaymentStatus::paid)
        letter.paragraph("It is paid.");
    else if (order.payment_method == PaymentMethod::cash_on_delivery)
        letter.paragraph("You pay on delivery.");
    letter.paragraph("It is sent to:");
    add_address(letter, order.shipping_address);
    if (!order.estimated_delivery.empty())
        letter.paragraph("It should arrive by " + order.estimated_delivery + ".");
    return mail_of(to, "Your order " + order.number + " is confirmed", std::move(letter));
}

bool is_known_to_stand(const Order& order) {
    return (order.payment && order.payment->captured > 0) ||
           std::ranges::any_of(order.history, [](const OrderHistoryEntry& entry) {
               return entry.status == OrderStatus::confirmed;
           });
}

Mail cancelled_mail(const std::string& to, const Order& order) {
    MailLetter letter;
    letter.paragraph("Your order " + order.number + " over " +
                     money_text(order.totals.total, order.currency) + " is cancelled.");
    add_items(letter, order);
    if (order.payment && order.payment->captured > 0)
        letter.paragraph("What you paid is on its way back: a mail tells you when it has left.");
    return mail_of(to, "Your order " + order.number + " is cancelled", std::move(letter));
}

Mail refunded_mail(const std::string& to, const Order& order) {
    const auto amount = money_text(order.payment->refunded, order.currency);
    MailLetter letter;
    letter
        .paragraph("Of your order " + order.number + ", " + amount + " of " +
                   money_text(order.payment->captured, order.currency) +
                   " has been refunded in all.")
        .paragraph("It may take your bank some days until you see it.");
    return mail_of(to, "A refund for your order " + order.number, std::move(letter));
}

}  // namespace

std::optional<Mail> order_mail(MailKind kind, const std::string& to, const Order& order) {
    const bool is_cancelled = order.status == OrderStatus::cancelled;
    if (kind == MailKind::order_confirmed && !is_cancelled) return confirmed_mail(to, order);
    if (kind == MailKind::order_cancelled && is_cancelled && is_known_to_stand(order))
        return cancelled_mail(to, order);
    if (kind == MailKind::order_refunded && order.payment && order.payment->refunded > 0)
        return refunded_mail(to, order);
    return std::nullopt;
}

}  // namespace souk
