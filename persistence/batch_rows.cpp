#include "persistence/batch_rows.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <unordered_map>

#include "domain/erasure.hpp"
#include "persistence/json_text.hpp"
#include "persistence/sealed_columns.hpp"

namespace souk {
namespace {

/// Several changes of one entity become one row: the first one's expectation, the last one's value.
template <class Entity, class Key>
class Latest {
public:
    using Changes = std::vector<std::pair<TenantId, RowChange<Entity>>>;

    void add(const TenantId& tenant, const RowChange<Entity>& change) {
        if (!change.next) return;
        const auto [place, fresh] = index_.emplace(change.next->id, changes_.size());
        if (fresh)
            changes_.emplace_back(tenant, change);
        else
            changes_[place->second].second.next = change.next;
    }
    const Changes& changes() const { return changes_; }

private:
    std::unordered_map<Key, std::size_t> index_;
    Changes changes_;
};

struct StockSums {
    std::int64_t on_hand{};
    std::int64_t reserved{};
    std::int64_t changes{};
    std::optional<std::int64_t> threshold;
};

template <class T>
std::optional<std::string> optional_json(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    return json_of(*value);
}

/// The counter at the end of an order's number.
std::int64_t counter_of(const std::string& number) {
    std::int64_t counter = 0;
    const auto start = number.rfind('-') + 1;
    std::from_chars(number.data() + start, number.data() + number.size(), counter);
    return counter;
}

}  // namespace

BatchRows::BatchRows(std::span<const ChangeSet* const> batch, const PersonalCipher& personal)
    : at(batch.front()->at), personal_(personal) {
    fold_stock(batch);
    fold_extensions(batch);
    fold_moves(batch);
    fold_carts(batch);
    fold_orders(batch);
    fold_paying(batch);
    for (const auto* change : batch) {
        for (const auto& event : change->events)
            events.add(change->tenant, event.type, event.entity, event.version, event.payload,
                       event.request_id);
        if (const auto& record = change->idempotency) add_answer(change->tenant, *record);
        if (const auto& entry = change->audit)
            audit.add(entry->id, entry->actor, entry->actor_name, entry->action, entry->target,
                      entry->reason, entry->request_id, entry->touched, entry->before, entry->after,
                      entry->address, entry->tenant);
    }
}

std::vector<RowType> BatchRows::types() {
    const auto plain = plain_texts();
    const BatchRows selling(*plain);
    const PayingRows paying(*plain);
    return {selling.stock.type(),
            selling.movements.type(),
            selling.reservations_opened.type(),
            selling.reservations_extended.type(),
            selling.reservations_moved.type(),
            selling.reservations_closed.type(),
            selling.carts_new.type(),
            selling.carts_changed.type(),
            selling.cart_items.type(),
            selling.cart_items_removed.type(),
            selling.orders_new.type(),
            selling.orders_changed.type(),
            selling.orders_anonymised.type(),
            selling.order_reasons_erased.type(),
            selling.discount_buyers_erased.type(),
            selling.order_items.type(),
            selling.order_history.type(),
            selling.events.type(),
            selling.idempotency.type(),
            selling.audit.type(),
            paying.payments.type(),
            paying.attempts.type(),
            paying.refunds.type(),
            paying.strays.type(),
            paying.ledger.type(),
            paying.gateway_events.type(),
            paying.discounts_used.type(),
            paying.discounts_given_back.type(),
            paying.discounts_new.type(),
            paying.discounts.type()};
}

void BatchRows::add_answer(const TenantId& tenant, const IdempotencyRecord& record) {
    const PersonalRow row(personal_, tenant, answer_key(record.caller, record.key));
    idempotency.add(tenant, record.caller, record.key, record.request_hash, record.status,
                    row.seal(sealed_column::answer_body, record.body), record.location,
                    record.etag);
}

// A movement's balance is what is on hand after it: the row after the batch, less what the
// movements behind it in the batch add.
void BatchRows::fold_stock(std::span<const ChangeSet* const> batch) {
    std::unordered_map<StockKey, StockSums> sums;
    for (const auto* change : batch) {
        for (const auto& one : change->stock) {
            auto& sum = sums[one.key];
            sum.on_hand += one.on_hand_delta;
            sum.reserved += one.reserved_delta;
            ++sum.changes;
            if (one.low_stock_threshold) sum.threshold = one.low_stock_threshold;
            for (const auto& line : one.opened)
                reservations_opened.add(change->tenant, line.id, line.key.variant, line.key.seller,
                                        line.quantity, line.expires_at, line.cart_id,
                                        line.order_id);
            for (const auto& closing : one.closed)
                reservations_closed.add(closing.line.id, closing.line.key.variant,
                                        closing.line.key.seller, closing.outcome);
        }
    }
    for (const auto& [key, sum] : sums)
        stock.add(key.variant, key.seller, sum.on_hand, sum.reserved, sum.threshold, sum.changes,
                  to_text(key.variant));
    for (const auto* change : batch) {
        for (const auto& one : change->stock) {
            for (const auto& movement : one.movements) {
                auto& later = sums[movement.key].on_hand;
                later -= movement.quantity;
                movements.add(movement.id, movement.key.variant, movement.key.seller, movement.kind,
                              movement.quantity, later, movement.reason, movement.order_id,
                              movement.reservation_id);
            }
        }
    }
}

// The last word on a line counts; to every extension the domain has said that it is a later one.
void BatchRows::fold_extensions(std::span<const ChangeSet* const> batch) {
    std::map<std::pair<ReservationId, StockKey>, TimePoint> extended;
    for (const auto* change : batch)
        for (const auto& one : change->stock)
            for (const auto& extension : one.extended)
                extended[{extension.line.id, extension.line.key}] = extension.expires_at;
    for (const auto& [line, expires_at] : extended)
        reservations_extended.add(line.first, line.second.variant, line.second.seller, expires_at);
}

// A guest's cart is merged once, so a batch moves a line once.
void BatchRows::fold_moves(std::span<const ChangeSet* const> batch) {
    for (const auto* change : batch)
        for (const auto& one : change->stock)
            for (const auto& move : one.moved)
                reservations_moved.add(move.line.id, move.line.key.variant, move.line.key.seller,
                                       move.line.cart_id, move.to);
}

void BatchRows::fold_carts(std::span<const ChangeSet* const> batch) {
    Latest<Cart, CartId> latest;
    for (const auto* change : batch) {
        latest.add(change->tenant, change->cart);
        latest.add(change->tenant, change->merged_cart);
    }
    for (const auto& [tenant, change] : latest.changes()) add_cart(tenant, change);
}

void BatchRows::add_cart(const TenantId& tenant, const RowChange<Cart>& change) {
    const auto& cart = *change.next;
    const auto expected = change.expected_version();
    const auto& totals = cart.totals;
    const auto destination = optional_json(cart.destination);
    const auto method = optional_json(cart.shipping_method);
    if (expected == 0) {
        carts_new.add(tenant, cart.id, cart.customer_id, cart.currency, cart.status, cart.order_id,
                      cart.order_fingerprint, destination, cart.tax_rate.basis_points,
                      cart.tax_rate.inclusive, method, totals.subtotal, totals.discount, totals.tax,
                      totals.shipping, totals.total, cart.created_at, cart.updated_at,
                      cart.expires_at, cart.version, optional_json(cart.discount), cart.user_id);
    } else {
        carts_changed.add(cart.id, expected, cart.customer_id, cart.status, cart.order_id,
                          cart.order_fingerprint, destination, cart.tax_rate.basis_points,
                          cart.tax_rate.inclusive, method, totals.subtotal, totals.discount,
                          totals.tax, totals.shipping, totals.total, cart.version,
                          optional_json(cart.discount), cart.currency, cart.merged_into);
    }
    add_lines(tenant, change);
}

// Only lines that differ are written: a cart of a hundred lines grows by one row.
void BatchRows::add_lines(const TenantId& tenant, const RowChange<Cart>& change) {
    static const std::vector<CartItem> none;
    const auto& before = change.before ? change.before->items : none;
    const auto& after = change.next->items;
    const auto place_of = [](const std::vector<CartItem>& items, const CartItemId& id) {
        return std::ranges::find(items, id, &CartItem::id) - items.begin();
    };
    for (std::size_t place = 0; place < after.size(); ++place) {
        const auto& item = after[place];
        // Lines keep their places but for those behind a removed one.
        const bool there = place < before.size() && before[place].id == item.id;
        if (there && before[place].quantity == item.quantity &&
            before[place].offer.unit_price == item.offer.unit_price)
            continue;
        cart_items.add(tenant, change.next->id, place, item.id, item.offer.product_id,
                       item.offer.variant_id, item.offer.seller_id, item.quantity,
                       item.offer.unit_price);
    }
    for (std::size_t place = 0; place < before.size(); ++place) {
        const auto& id = before[place].id;
        if (place < after.size() && after[place].id == id) continue;
        if (place_of(after, id) == std::ssize(after)) cart_items_removed.add(change.next->id, id);
    }
}

void BatchRows::fold_orders(std::span<const ChangeSet* const> batch) {
    Latest<Order, OrderId> latest;
    for (const auto* change : batch) latest.add(change->tenant, change->order);
    for (const auto& [tenant, change] : latest.changes()) add_order(tenant, change);
}

/// Of an order: where it goes, and the bill, which is empty when it goes there too.
std::pair<std::string, std::string> BatchRows::sealed_addresses(const TenantId& tenant,
                                                                const Order& order) const {
    const PersonalRow row(personal_, tenant, order.id);
    const auto& to = order.shipping_address;
    const auto billing =
        order.billing_address == to ? std::string{} : address_text(order.billing_address);
    return {row.seal(sealed_column::order_shipping_address, address_text(to)),
            row.seal(sealed_column::order_billing_address, billing)};
}

void BatchRows::add_order(const TenantId& tenant, const RowChange<Order>& change) {
    const auto& order = *change.next;
    const auto expected = change.expected_version();
    const auto& totals = order.totals;
    const auto parts = json_of(order.vendor_orders);
    if (expected == 0) {
        last_order_number = std::max(last_order_number, counter_of(order.number));
        const PersonalRow row(personal_, tenant, order.id);
        const auto [shipping, billing] = sealed_addresses(tenant, order);
        orders_new.add(tenant, order.id, order.number, order.cart_id, order.customer_id,
                       row.seal(sealed_column::order_email, order.shipping_address.email),
                       order.status, order.payment_status, order.payment_method, order.currency,
                       totals.subtotal, totals.discount, totals.tax, totals.shipping, totals.total,
                       order.tax_rate.basis_points, order.tax_rate.inclusive, shipping, billing,
                       json_of(order.shipping_method), parts, order.estimated_delivery,
                       order.tracking_number, row.seal(sealed_column::order_notes, order.notes),
                       order.reservation_id, order.reserved_until, order.stock_deducted,
                       order.created_at, order.updated_at, order.version,
                       optional_json(order.discount), order.user_id);
        std::int64_t position = 0;
        for (const auto& item : order.items)
            order_items.add(tenant, order.id, position++, item.id, item.offer.product_id,
                            item.offer.variant_id, item.offer.seller_id, item.quantity,
                            item.offer.unit_price, item.total_price, item.discount, item.tax,
                            json_of(item.offer));
    } else {
        orders_changed.add(order.id, expected, order.status, order.payment_status, parts,
                           order.tracking_number, order.reserved_until, order.stock_deducted,
                           order.updated_at, order.version);
        if (change.before && is_anonymous(order) && !is_anonymous(*change.before))
            add_anonymised(tenant, *change.before, order);
    }
    // The history only grows.
    const auto known = change.before ? change.before->history.size() : 0;
    for (auto place = known; place < order.history.size(); ++place) {
        const auto& entry = order.history[place];
        order_history.add(tenant, order.id, place, entry.status, entry.payment_status, entry.actor,
                          entry.reason, entry.at);
    }
    if (order.payment) need_paying().add_payment(tenant, change);
}

// What of an order never changes otherwise.
void BatchRows::add_anonymised(const TenantId& tenant, const Order& before, const Order& order) {
    const auto [shipping, billing] = sealed_addresses(tenant, order);
    orders_anonymised.add(order.id, shipping, billing);
    for (std::size_t place = 0; place < before.history.size(); ++place)
        if (before.history[place].reason != order.history[place].reason)
            order_reasons_erased.add(order.id, place);
    if (order.discount) discount_buyers_erased.add(order.discount->id, order.id);
}

void BatchRows::fold_paying(std::span<const ChangeSet* const> batch) {
    for (const auto* change : batch) {
        const auto& tenant = change->tenant;
        for (const auto& entry : change->entries) need_paying().add(tenant, entry);
        for (const auto& discount : change->discounts) need_paying().add(tenant, discount);
        if (change->gateway_event) need_paying().add(tenant, *change->gateway_event);
    }
    if (paying) paying->close_discounts();
}

PayingRows& BatchRows::need_paying() {
    if (!paying) paying.emplace(personal_);
    return *paying;
}

}  // namespace souk
