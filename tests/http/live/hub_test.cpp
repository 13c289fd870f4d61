#include "http/live/hub.hpp"

#include "tests/support/catch.hpp"

namespace souk {
namespace {

class CountingInbox final : public LiveInbox {
public:
    void put(const Topic&) override { ++count; }
    int count{0};
};

}  // namespace

TEST_CASE("only who watches a topic is told of it", "[http][live]") {
    LiveHub hub;
    CountingInbox one;
    CountingInbox other;
    const Topic stock{TopicKind::stock, {}};
    const Topic cart{TopicKind::cart, {}};
    CHECK(hub.idle());
    CHECK(hub.watch(stock, one));
    CHECK(hub.watch(stock, other));
    hub.touch(stock);
    hub.touch(cart);
    hub.unwatch(stock, other);
    hub.touch(stock);
    CHECK(one.count == 2);
    CHECK(other.count == 1);
    hub.unwatch(stock, one);
    hub.unwatch(stock, one);
    CHECK(hub.idle());
}

TEST_CASE("connections are counted in all and by address", "[http][live]") {
    LiveHub hub({.max_connections = 3, .connections_per_address = 2});
    auto first = hub.admit("10.0.0.1").value();
    const auto second = hub.admit("10.0.0.1").value();
    CHECK(hub.admit("10.0.0.1").error().code == ErrorCode::rate_limited);
    const auto third = hub.admit("10.0.0.2").value();
    CHECK(hub.admit("10.0.0.3").error().code == ErrorCode::unavailable);
    first.reset();
    CHECK(hub.admit("10.0.0.1"));
    CHECK(hub.counters().refused == 2);
}

}  // namespace souk
