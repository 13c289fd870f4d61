#include "actors/state_fields.hpp"

#include <algorithm>

#include "protocol/order_json.hpp"
#include "protocol/payment_json.hpp"

namespace souk {
namespace {

class Fields {
public:
    Fields& add(std::string name, std::int64_t number) {
        return add(std::move(name), std::to_string(number));
    }
    Fields& add(std::string name, std::string value) {
        fields_.push_back({std::move(name), std::move(value)});
        return *this;
    }
    Fields& add(std::string name, TimePoint time) { return add(std::move(name), to_rfc3339(time)); }
    std::vector<StateField> take() { return std::move(fields_); }

private:
    std::vector<StateField> fields_;
};

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

void add_totals(Fields& fields, const Totals& totals, const Currency& currency) {
    fields.add("currency", std::string{currency.text()})
        .add("subtotal", totals.subtotal)
        .add("discount", totals.discount)
        .add("tax", totals.tax)
        .add("shipping", totals.shipping)
        .add("total", totals.total);
}

void add_payment(Fields& fields, const Payment& payment) {
    const auto open =
        std::ranges::count(payment.attempts, AttemptState::open, &PaymentAttempt::state);
    const auto stuck = std::ranges::count_if(payment.attempts, [](const auto& attempt) {
        return attempt.state == AttemptState::open && attempt.stuck;
    });
    fields.add("payment", to_text(payment.id))
        .add("paymentState", std::string{to_text(payment.state)})
        .add("captured", payment.captured)
        .add("refunded", payment.refunded)
        .add("attempts", std::ssize(payment.attempts))
        .add("openAttempts", open)
        .add("stuckAttempts", stuck);
}

}  // namespace

std::vector<StateField> state_fields(const Stock& stock) {
    std::int64_t promised = 0;
    for (const auto& [id, line] : stock.open) promised += line.quantity;
    Fields fields;
    fields.add("version", stock.version)
        .add("onHand", stock.on_hand)
        .add("reserved", stock.reserved)
        .add("available", stock.available())
        .add("lowStockThreshold", stock.low_stock_threshold)
        .add("openReservations", std::ssize(stock.open))
        .add("openUnits", promised)
        .add("freeing", stock.freeing);
    return fields.take();
}

std::vector<StateField> state_fields(const Cart& cart) {
    Fields fields;
    fields.add("version", cart.version)
        .add("status", std::string{to_text(cart.status)})
        .add("user", cart.user_id ? to_text(*cart.user_id) : "")
        .add("order", cart.order_id ? to_text(*cart.order_id) : "")
        .add("mergedInto", cart.merged_into ? to_text(*cart.merged_into) : "")
        .add("lines", std::ssize(cart.items))
        .add("units", unit_count(cart));
    add_totals(fields, cart.totals, cart.currency);
    fields.add("discountCode", cart.discount ? cart.discount->code : "")
        .add("expiresAt", cart.expires_at);
    return fields.take();
}

std::vector<StateField> state_fields(const Order& order) {
    Fields fields;
    fields.add("version", order.version)
        .add("number", order.number)
        .add("status", std::string{to_text(order.status)})
        .add("paymentStatus", std::string{to_text(order.payment_status)})
        .add("lines", std::ssize(order.items));
    add_totals(fields, order.totals, order.currency);
    fields.add("reservedUntil", order.reserved_until)
        .add("stockDeducted", yes_or_no(order.stock_deducted))
        .add("history", std::ssize(order.history))
        .add("updatedAt", order.updated_at);
    if (order.payment) add_payment(fields, *order.payment);
    return fields.take();
}

std::vector<StateField> state_fields(const Discount& discount) {
    Fields fields;
    fields.add("version", discount.version)
        .add("id", to_text(discount.id))
        .add("active", yes_or_no(discount.active))
        .add("used", discount.used)
        .add("usageLimit", discount.usage_limit ? std::to_string(*discount.usage_limit) : "")
        .add("uses", std::ssize(discount.uses))
        .add("held", std::ssize(discount.held));
    return fields.take();
}

std::string stock_key_text(const StockKey& key) {
    return to_text(key.variant) + ":" + to_text(key.seller);
}

std::optional<StockKey> parse_stock_key(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == text.npos) return std::nullopt;
    const auto variant = parse_id<VariantId>(text.substr(0, colon));
    const auto seller = parse_id<VendorId>(text.substr(colon + 1));
    if (!variant || !seller) return std::nullopt;
    return StockKey{*variant, *seller};
}

}  // namespace souk
