#include "app/live_news.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

namespace {

template <class IdType>
IdType id_of(std::uint8_t number) {
    IdType id;
    id.uuid.bytes[15] = number;
    return id;
}

class Inbox final : public LiveInbox {
public:
    void put(const Topic& topic) override { topics.push_back(topic); }
    std::vector<Topic> topics;
};

ChangeSet sale(std::uint8_t variant, std::uint8_t cart) {
    ChangeSet change;
    StockChange stock;
    stock.key.variant = id_of<VariantId>(variant);
    change.stock.push_back(stock);
    auto next = std::make_shared<Cart>();
    next->id = id_of<CartId>(cart);
    change.cart.next = next;
    auto order = std::make_shared<Order>();
    order->id = id_of<OrderId>(cart);
    change.order.next = order;
    return change;
}

}  // namespace

TEST_CASE("a batch touches everything it changes, each once", "[app][live]") {
    const auto one = sale(1, 2);
    const auto other = sale(1, 3);
    const std::vector<const ChangeSet*> batch{&one, &other};
    const auto topics = topics_of(batch);
    CHECK(topics == std::vector<Topic>{stock_topic(id_of<VariantId>(1)),
                                       cart_topic(id_of<CartId>(2)), cart_topic(id_of<CartId>(3)),
                                       order_topic(id_of<OrderId>(2)),
                                       order_topic(id_of<OrderId>(3))});
}

TEST_CASE("a row of the audit is an event for operators", "[app][live][console]") {
    ChangeSet change;
    change.audit = AuditEntry{.action = "actors.passivate"};
    const ChangeSet* batch[] = {&change};
    CHECK(topics_of(batch) == std::vector{events_topic()});
}

TEST_CASE("who follows a thing is told of the batch, and only of that thing", "[app][live]") {
    LiveHub hub;
    Inbox inbox;
    const auto cart = cart_topic(id_of<CartId>(3));
    hub.watch(cart, inbox);
    const auto one = sale(1, 2);
    const auto other = sale(1, 3);
    const std::vector<const ChangeSet*> batch{&one, &other};
    tell_readers(hub, batch);
    CHECK(inbox.topics == std::vector<Topic>{cart});
}
