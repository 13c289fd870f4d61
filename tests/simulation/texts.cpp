#include "tests/simulation/texts.hpp"

#include <charconv>

#include "actors/state_fields.hpp"
#include "protocol/order_json.hpp"

namespace souk::simulation {
namespace {

std::string head(std::string subject, Version version) {
    return std::move(subject) + "/" + std::to_string(version);
}

}  // namespace

std::string text_of(const StockView& stock) {
    return head(stock_key_text(stock.key), stock.version) + " " + std::to_string(stock.on_hand) +
           " on hand, " + std::to_string(stock.reserved) + " reserved";
}

std::string text_of(const Cart& cart) {
    auto text = head(to_text(cart.id), cart.version);
    text += cart.order_id ? " ordered as " + to_text(*cart.order_id) : " open";
    for (const auto& item : cart.items)
        text += ", " + std::to_string(item.quantity) + " x " + to_text(item.offer.variant_id);
    if (cart.discount) text += ", with " + cart.discount->code;
    return text + ", total " + std::to_string(cart.totals.total);
}

std::string text_of(const Order& order) {
    auto text = head(to_text(order.id), order.version) + " " + order.number + " ";
    text += to_text(order.status);
    text += ", payment ";
    text += to_text(order.payment_status);
    return text + ", total " + std::to_string(order.totals.total);
}

std::string text_of(const DiscountView& discount) {
    return head(discount.code, discount.version) + " used " + std::to_string(discount.used);
}

std::string text_of(const Reservation& reservation) {
    return head(to_text(reservation.id), 0) + " " + std::string{name_of(reservation.state)};
}

std::string text_of(const ChangeSet& change) {
    std::string text;
    if (change.cart.next) text += text_of(*change.cart.next) + "; ";
    if (change.order.next) text += text_of(*change.order.next) + "; ";
    for (const auto& one : change.stock) {
        text += to_text(one.key.variant) + " on hand " + std::to_string(one.on_hand_delta) +
                " reserved " + std::to_string(one.reserved_delta) + "; ";
        for (const auto& closing : one.closed)
            text += std::string{name_of(closing.outcome)} + " " + to_text(closing.line.id) + "; ";
    }
    if (change.idempotency)
        text += "for " + change.idempotency->caller + " " + change.idempotency->key;
    return text;
}

std::string_view subject_of(std::string_view text) { return text.substr(0, text.find('/')); }

Version version_of(std::string_view text) {
    Version version = 0;
    const auto slash = text.find('/');
    if (slash != text.npos)
        std::from_chars(text.data() + slash + 1, text.data() + text.size(), version);
    return version;
}

std::string_view name_of(ReservationState state) {
    switch (state) {
        case ReservationState::open:
            return "open";
        case ReservationState::confirmed:
            return "confirmed";
        case ReservationState::released:
            return "released";
        case ReservationState::expired:
            return "expired";
        case ReservationState::transferred:
            return "transferred";
    }
    return "?";
}

}  // namespace souk::simulation
