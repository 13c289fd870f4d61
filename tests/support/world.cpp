#include "tests/support/world.hpp"

#include <algorithm>
#include <stdexcept>

namespace souk {
namespace {

EntitySettings on_one_thread(EntitySettings settings) {
    settings.threaded = false;
    return settings;
}

}  // namespace

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

CommitResult FakeStore::commit(const Batch& batch) {
    const auto fate = fates.empty() ? Fate::commit : fates.front();
    if (!fates.empty()) fates.pop_front();
    if (down || fate == Fate::unavailable) return {CommitStatus::unavailable, "down"};
    doubt_ends_ = fate == Fate::answer_lost || fate == Fate::lost;
    doubtful_committed_ = fate == Fate::answer_lost ? 1 : 0;
    if (fate == Fate::unknown_and_lost || fate == Fate::lost)
        return {CommitStatus::unknown, "lost"};
    if (refuses && std::ranges::any_of(batch, [this](const auto* one) { return refuses(*one); }))
        return {CommitStatus::refused, "a check failed"};
    if (const auto forbidden = write_batch(batch)) return {CommitStatus::refused, *forbidden};
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

World::World(EntitySettings settings)
    : system(on_one_thread(settings), store, store.sources(store.down), clock, ids, {}, &gateway) {
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
    wish.tables = price_tables();
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
    system.carts().read({default_tenant, id},
                        Read<Cart>{[&](auto cart) { found = cart ? *cart : nullptr; }});
    settle();
    return found;
}

std::shared_ptr<const StockView> World::stock(const StockKey& key) {
    std::shared_ptr<const StockView> found;
    system.stocks().read({default_tenant, key},
                         Read<StockView>{[&](auto view) { found = view ? *view : nullptr; }});
    settle();
    return found;
}

std::shared_ptr<const Order> World::order(const OrderId& id) {
    std::shared_ptr<const Order> found;
    system.orders().read({default_tenant, id},
                         Read<Order>{[&](auto order) { found = order ? *order : nullptr; }});
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

std::shared_ptr<const PriceTables> price_tables() {
    ShippingMethod standard{
        .id = "standard", .name = "Standard", .currency = "USD", .rate = 500, .is_default = true};
    return std::make_shared<const PriceTables>(
        PriceTables{{{"JO", "Jordan", {standard}}}, {{"JO", "", "GST", {800, false}}}});
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
