#include "tests/support/world.hpp"

#include <algorithm>
#include <stdexcept>

namespace souk {
namespace {

template <class Key, class Row>
auto source_of(const std::map<Key, Row>& rows, const bool& down) {
    return
        [&rows, &down](const std::vector<Key>& keys) -> Result<std::vector<std::pair<Key, Row>>> {
            if (down) return Error{ErrorCode::unavailable, "the store is down"};
            std::vector<std::pair<Key, Row>> found;
            for (const auto& key : keys)
                if (const auto row = rows.find(key); row != rows.end()) found.push_back(*row);
            return found;
        };
}

std::int64_t captures_wanted(const Payment& payment) {
    return std::ranges::count_if(payment.attempts, [](const PaymentAttempt& attempt) {
        return attempt.step == GatewayStep::capture && attempt.state != AttemptState::failed;
    });
}

EntitySettings on_one_thread(EntitySettings settings) {
    settings.threaded = false;
    return settings;
}

std::shared_ptr<const PriceTables> tables() {
    ShippingMethod standard{
        .id = "standard", .name = "Standard", .currency = "USD", .rate = 500, .is_default = true};
    return std::make_shared<const PriceTables>(
        PriceTables{{{"JO", "Jordan", {standard}}}, {{"JO", "", "GST", {800, false}}}});
}

}  // namespace

bool FakeStore::fits(const ChangeSet& change) const {
    if (refuses && refuses(change)) return false;
    for (const auto& one : change.stock) {
        const auto& row = stocks.at(one.key);
        const auto on_hand = row.on_hand + one.on_hand_delta;
        const auto reserved = row.reserved + one.reserved_delta;
        if (on_hand < 0 || reserved < 0 || reserved > on_hand) return false;
        for (const auto& closing : one.closed)
            if (!row.open.contains(closing.line.id)) return false;
    }
    if (const auto& cart = change.cart; cart.next) {
        const auto row = carts.find(cart.next->id);
        if ((row == carts.end() ? 0 : row->second.version) != cart.expected_version()) return false;
    }
    if (const auto& order = change.order; order.next) {
        const auto row = orders.find(order.next->id);
        if ((row == orders.end() ? 0 : row->second.version) != order.expected_version())
            return false;
        for (const auto& [id, other] : orders)
            if (other.cart_id == order.next->cart_id && id != order.next->id) return false;
        if (order.next->payment && captures_wanted(*order.next->payment) > 1) return false;
    }
    for (const auto& entry : change.entries)
        if (!sums_to_zero(entry) || ledger.contains(entry.reference)) return false;
    for (const auto& one : change.discounts) {
        if (one.created) {
            if (discounts.contains(*one.created)) return false;
            continue;
        }
        const auto row =
            std::ranges::find(discounts, one.id, [](const auto& code) { return code.second.id; });
        auto after = row->second;
        apply(after, one);
        if (after.used < 0 || (after.usage_limit && after.used > *after.usage_limit)) return false;
    }
    return true;
}

void FakeStore::write(const ChangeSet& change) {
    for (const auto& one : change.stock) {
        apply(stocks.at(one.key), one);
        for (const auto& line : one.opened)
            reservations[line.id].lines.push_back({line, ReservationState::open});
        for (const auto& closing : one.closed)
            for (auto& line : reservations[closing.line.id].lines)
                if (line.line.key == one.key) line.state = closing.outcome;
        movements.insert(movements.end(), one.movements.begin(), one.movements.end());
    }
    if (change.cart.next) carts.insert_or_assign(change.cart.next->id, *change.cart.next);
    if (change.order.next) orders.insert_or_assign(change.order.next->id, *change.order.next);
    for (const auto& one : change.stock)
        for (const auto& extension : one.extended)
            for (auto& line : reservations[extension.line.id].lines)
                if (line.line.key == one.key) line.line.expires_at = extension.expires_at;
    for (const auto& entry : change.entries) ledger.emplace(entry.reference, entry);
    for (const auto& one : change.discounts) {
        if (one.created) discounts[*one.created].id = one.id;
        for (auto& [code, row] : discounts)
            if (row.id == one.id) apply(row, one);
    }
    if (change.gateway_event) gateway_events.push_back(*change.gateway_event);
    if (change.audit) audit.push_back(*change.audit);
    events.insert(events.end(), change.events.begin(), change.events.end());
    if (change.idempotency) answers.push_back(*change.idempotency);
}

CommitResult FakeStore::begin(std::span<const ChangeSet* const> batch) {
    batch_sizes.push_back(batch.size());
    under_way_.emplace_back(batch.begin(), batch.end());
    most_under_way = std::max(most_under_way, under_way_.size());
    return {};
}

// What is behind a batch that failed is void, like a batch whose fence does not hold.
CommitResult FakeStore::finish() {
    const auto batch = std::move(under_way_.front());
    under_way_.pop_front();
    auto result = commit(batch);
    if (result.status != CommitStatus::committed) under_way_.clear();
    return result;
}

// A batch is written as a whole or not at all, so it is tried on a copy of the rows it touches.
CommitResult FakeStore::commit(const Batch& batch) {
    const auto fate = fates.empty() ? Fate::commit : fates.front();
    if (!fates.empty()) fates.pop_front();
    if (down || fate == Fate::unavailable) return {CommitStatus::unavailable, "down"};
    doubt_ends_ = fate == Fate::answer_lost || fate == Fate::lost;
    doubtful_committed_ = fate == Fate::answer_lost ? 1 : 0;
    if (fate == Fate::unknown_and_lost || fate == Fate::lost)
        return {CommitStatus::unknown, "lost"};
    FakeStore before = *this;
    for (const auto* change : batch) {
        if (!fits(*change)) {
            stocks = before.stocks;
            carts = before.carts;
            orders = before.orders;
            reservations = before.reservations;
            movements = before.movements;
            events = before.events;
            answers = before.answers;
            ledger = before.ledger;
            discounts = before.discounts;
            gateway_events = before.gateway_events;
            audit = before.audit;
            return {CommitStatus::refused, "a check failed"};
        }
        write(*change);
    }
    if (fate == Fate::unknown_but_committed || fate == Fate::answer_lost)
        return {CommitStatus::unknown, "lost"};
    return {};
}

Resolution FakeStore::resolve() {
    if (!doubt_ends_) return {0, {CommitStatus::unknown, "lost"}};
    return {doubtful_committed_, {CommitStatus::unavailable, "lost before the commit"}};
}

CommitResult FakeStore::check() { return recover(); }

CommitResult FakeStore::recover() {
    if (down) return {CommitStatus::unavailable, "down"};
    return {};
}

void FakeStore::put_stock(const StockKey& key, std::int64_t on_hand) {
    stocks[key] = Stock{.key = key, .on_hand = on_hand, .version = 1};
    movements.push_back({.key = key, .kind = MovementKind::received, .quantity = on_hand});
}

EntitySources FakeStore::sources() {
    EntitySources sources;
    sources.stocks = source_of(stocks, down);
    sources.carts = source_of(carts, down);
    sources.orders = source_of(orders, down);
    sources.reservations = source_of(reservations, down);
    sources.find_due = [this](TimePoint from, TimePoint before, std::size_t limit, auto found) {
        if (down) return found(Error{ErrorCode::unavailable, "the store is down"});
        std::vector<DueReservation> due;
        for (const auto& [id, rows] : reservations)
            for (const auto& [line, state] : rows.lines)
                if (state == ReservationState::open && line.expires_at >= from &&
                    line.expires_at < before && due.size() < limit)
                    due.push_back({id, line.expires_at, line.order_id});
        found(std::move(due));
    };
    sources.discounts = source_of(discounts, down);
    sources.find_due_attempts = [this](TimePoint by, std::size_t limit, auto found) {
        if (down) return found(Error{ErrorCode::unavailable, "the store is down"});
        std::vector<DueAttempt> due;
        for (const auto& [id, order] : orders) {
            if (!order.payment) continue;
            for (const auto& attempt : order.payment->attempts)
                if (attempt.state == AttemptState::open && !attempt.stuck && attempt.due_at <= by &&
                    due.size() < limit)
                    due.push_back({id, attempt.key});
        }
        found(std::move(due));
    };
    return sources;
}

World::World(EntitySettings settings)
    : system(on_one_thread(settings), store, store.sources(), clock, ids, {}, &gateway) {
    system.start();
    settle();
}

void World::settle() {
    for (int turns = 0; system.step() || gateway.step(); ++turns)
        if (turns > 100'000) throw std::runtime_error("the world does not come to rest");
}

void World::advance(Duration time) {
    clock.advance(time);
    system.advance(time);
    settle();
}

Outcome World::tell(const CartId& id, CartCommand command) {
    Outcome outcome = Error{ErrorCode::internal, "never answered"};
    system.carts().tell(
        id, {std::move(command),
             {.request_id = "test", .actor = "guest"},
             [](const Cart& cart) { return Answer{.body = std::to_string(cart.version)}; },
             Reply{[&](Outcome given) { outcome = std::move(given); }}});
    settle();
    return outcome;
}

Outcome World::tell(const OrderId& id, OrderCommand command) {
    Outcome outcome = Error{ErrorCode::internal, "never answered"};
    system.orders().tell(id, {std::move(command),
                              {.request_id = "test", .actor = "guest"},
                              [](const Order& order) { return Answer{.body = to_text(order.id)}; },
                              Reply{[&](Outcome given) { outcome = std::move(given); }}});
    settle();
    return outcome;
}

PlaceOrder World::wish(const std::string& fingerprint) {
    PlaceOrder wish;
    wish.order_id = OrderId{ids.next()};
    wish.reservation_id = ReservationId{ids.next()};
    wish.shipping_address.country = "JO";
    wish.shipping_address.email = "ahmed@example.com";
    wish.billing_address = wish.shipping_address;
    wish.shipping_method = "standard";
    wish.fingerprint = fingerprint;
    wish.reservation_time = std::chrono::minutes{15};
    wish.actor = "guest";
    wish.tables = tables();
    return wish;
}

Outcome World::place(const CartId& id, const std::string& fingerprint) {
    Outcome outcome = Error{ErrorCode::internal, "never answered"};
    system.carts().place_order(
        id, {wish(fingerprint),
             {.request_id = "test", .actor = "guest"},
             [](const Order& order) { return Answer{.status = 201, .body = to_text(order.id)}; },
             Reply{[&](Outcome given) { outcome = std::move(given); }}});
    settle();
    return outcome;
}

Outcome World::reserve(const StockKey& key, std::int64_t quantity, Duration time) {
    Outcome outcome = Error{ErrorCode::internal, "never answered"};
    ReserveMany wish{.id = ReservationId{ids.next()},
                     .units = {{key, quantity}},
                     .expires_at = clock.now() + time};
    system.stocks().reserve(
        {std::move(wish),
         {.request_id = "test", .actor = "guest"},
         [](const Reservation& made) { return Answer{.status = 201, .body = to_text(made.id)}; },
         Reply{[&](Outcome given) { outcome = std::move(given); }}});
    settle();
    return outcome;
}

std::shared_ptr<const Cart> World::cart(const CartId& id) {
    std::shared_ptr<const Cart> found;
    system.carts().read(id, Read<Cart>{[&](auto cart) { found = cart ? *cart : nullptr; }});
    settle();
    return found;
}

std::shared_ptr<const StockView> World::stock(const StockKey& key) {
    std::shared_ptr<const StockView> found;
    system.stocks().read(key, Read<StockView>{[&](auto view) { found = view ? *view : nullptr; }});
    settle();
    return found;
}

std::shared_ptr<const Order> World::order(const OrderId& id) {
    std::shared_ptr<const Order> found;
    system.orders().read(id, Read<Order>{[&](auto order) { found = order ? *order : nullptr; }});
    settle();
    return found;
}

OrderId World::order_to_pay(const StockKey& key) {
    const auto cart = cart_with({{key, 1}});
    auto wanted = wish("wish");
    wanted.payment_method = PaymentMethod::sandbox;
    const auto id = wanted.order_id;
    system.carts().place_order(cart, {std::move(wanted),
                                      {.request_id = "test", .actor = "guest"},
                                      [](const Order&) { return Answer{.status = 201}; },
                                      Reply{[](const Outcome& given) {
                                          if (!given)
                                              throw std::runtime_error(given.error().message);
                                      }}});
    settle();
    return id;
}

CartId World::cart_with(const std::vector<std::pair<StockKey, std::int64_t>>& lines) {
    const CartId id{ids.next()};
    (void)tell(id, CreateCart{id, {}, Currency{}, clock.now() + std::chrono::hours{24}});
    for (const auto& [key, quantity] : lines)
        (void)tell(id, AddCartItem{CartItemId{ids.next()}, offer_of(key), quantity, 1'000'000, {}});
    return id;
}

OrderId World::order_of(const CartId& id) { return cart(id)->order_id.value(); }

StockKey sku(std::uint64_t number) {
    return {VariantId{uuid_v7(TimePoint{}, 1, number)}, VendorId{uuid_v7(TimePoint{}, 2, 1)}};
}

Offer offer_of(const StockKey& key, Amount price) {
    Offer offer;
    offer.variant_id = key.variant;
    offer.seller_id = key.seller;
    offer.unit_price = price;
    offer.product_name = "Vitamin C Serum";
    offer.sku = "SV-C-30";
    return offer;
}

}  // namespace souk
