#include "http/live/session.hpp"

#include "tests/http/live/live_world.hpp"
#include "tests/support/catch.hpp"

namespace souk {
namespace {

template <class IdType>
IdType id_of(std::uint8_t number) {
    IdType id;
    id.uuid.bytes[15] = number;
    return id;
}

const VariantId serum = id_of<VariantId>(1);
const VariantId cream = id_of<VariantId>(2);
const OrderId order = id_of<OrderId>(3);
const CartId cart = id_of<CartId>(4);

struct Talk : LiveWorld {
    explicit Talk(LiveCaller caller = {}, LiveSettings settings = {}, TopicCharge charge = {},
                  KeyCheck check = {})
        : LiveWorld(settings),
          key(std::make_shared<KeyWatch>(client.reader, std::move(caller), std::move(check))),
          session(
              std::make_shared<LiveSession>(feed, client.reader, key, "req_1", std::move(charge))) {
        client.prompt = true;
        show(stock_topic(serum), 7);
        show(stock_topic(cream), 1);
        show(order_topic(order), 3);
        source.things[order_topic(order)].secret = cart;
    }

    /// What the client hears after saying that.
    std::vector<std::string> say(std::string_view text) {
        const auto before = client.got.size();
        session->receive(text, [this](const std::optional<Error>& why) {
            end = why;
            ++answered;
        });
        run();
        for (int i = 0; i < 20; ++i) client.take();
        auto all = client.texts();
        return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
    }

    FakeReader client{feed};
    std::shared_ptr<KeyWatch> key;
    std::shared_ptr<LiveSession> session;
    std::optional<Error> end;
    int answered{0};
};

/// Another session of the same thread.
std::shared_ptr<LiveSession> guest_session(Talk& talk, FakeReader& reader,
                                           TopicCharge charge = {}) {
    const auto key = std::make_shared<KeyWatch>(reader.reader, LiveCaller{}, KeyCheck{});
    return std::make_shared<LiveSession>(talk.feed, reader.reader, key, "req_2", std::move(charge));
}

/// A key that a test changes while the connection stands.
struct ChangingKey {
    Result<Principal> now;

    Talk talk{{now.value(), {}}, {}, {}, [this](const auto& answer) { answer(now); }};
};

std::string text_of(const Topic& topic) { return '"' + to_text(topic) + '"'; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

std::string subscribe_to(const Topic& topic, std::string_view more = {}) {
    return R"({"type":"subscribe","id":"1","topics":[)" + text_of(topic) + "]" + std::string{more} +
           "}";
}

std::string subscribe_to_all(const std::vector<Topic>& topics) {
    std::string list;
    for (const auto& topic : topics) list += (list.empty() ? "" : ",") + text_of(topic);
    return R"({"type":"subscribe","topics":[)" + list + "]}";
}

}  // namespace

TEST_CASE("subscribing is confirmed before the snapshot", "[http][live]") {
    Talk talk;
    const auto heard = talk.say(subscribe_to(stock_topic(serum)));
    REQUIRE(heard.size() == 2);
    CHECK(heard[0] ==
          R"({"type":"subscribed","id":"1","topics":[)" + text_of(stock_topic(serum)) + "]}");
    CHECK(has(heard[1], R"("type":"snapshot")"));
    CHECK(talk.answered == 1);
}

TEST_CASE("versions leave the snapshot out", "[http][live]") {
    Talk talk;
    const auto heard = talk.say(
        subscribe_to(stock_topic(serum), R"(,"versions":{)" + text_of(stock_topic(serum)) + ":7}"));
    CHECK(heard.size() == 1);
}

TEST_CASE("a topic that is not there is named, and the others are followed", "[http][live]") {
    Talk talk;
    const auto heard =
        talk.say(R"({"type":"subscribe","topics":[)" + text_of(stock_topic(id_of<VariantId>(99))) +
                 "," + text_of(stock_topic(cream)) + "]}");
    REQUIRE(heard.size() == 3);
    CHECK(has(heard[0], R"("type":"error","error":{"code":"RESOURCE_NOT_FOUND")"));
    CHECK(has(heard[0], R"({"field":"topics[0]","message":"no such variant"})"));
    CHECK(has(heard[0], R"("requestId":"req_1")"));
    CHECK(heard[1] == R"({"type":"subscribed","topics":[)" + text_of(stock_topic(cream)) + "]}");
    CHECK(talk.client.reader.topics() == 1);
}

TEST_CASE("an order is its buyer's, by the cart's id", "[http][live]") {
    Talk talk;
    const auto nameless = talk.say(subscribe_to(order_topic(order)));
    CHECK(has(nameless.at(0), "AUTHENTICATION_ERROR"));
    const auto wrong = talk.say(
        subscribe_to(order_topic(order), R"(,"cartId":")" + to_text(id_of<CartId>(9)) + '"'));
    const auto absent = talk.say(
        subscribe_to(order_topic(id_of<OrderId>(9)), R"(,"cartId":")" + to_text(cart) + '"'));
    CHECK(has(wrong.at(0), "RESOURCE_NOT_FOUND"));
    CHECK(wrong == absent);  // nobody learns whether it exists
    CHECK(talk.client.reader.topics() == 0);
    const auto own =
        talk.say(subscribe_to(order_topic(order), R"(,"cartId":")" + to_text(cart) + '"'));
    CHECK(has(own.at(0), "subscribed"));
    CHECK(has(own.at(1), R"("version":3)"));
}

TEST_CASE("an order is an operator's, and not a vendor's", "[http][live]") {
    Principal key{.kind = Principal::Kind::api_key, .scopes = {"orders:read"}};
    Talk operators({key, {}});
    CHECK(has(operators.say(subscribe_to(order_topic(order))).at(0), "subscribed"));
    key.vendor = id_of<VendorId>(1);
    Talk vendor({key, {}});
    CHECK(has(vendor.say(subscribe_to(order_topic(order))).at(0), "AUTHORIZATION_ERROR"));
    key.scopes = {"inventory:read"};
    key.vendor.reset();
    Talk other({key, {}});
    CHECK(has(other.say(subscribe_to(order_topic(order))).at(0), "AUTHORIZATION_ERROR"));
}

TEST_CASE("a bad message is answered with what is wrong with it", "[http][live]") {
    Talk talk;
    const std::vector<std::pair<std::string, std::string>> bad{
        {"", "VALIDATION_ERROR"},
        {"[]", "must be a JSON object"},
        {R"({"type":"shout"})", R"({"field":"type","message":"must be one of)"},
        {R"({"id":"9"})", R"("id":"9","error")"},
        {R"({"type":"subscribe"})", R"({"field":"topics","message":"is required"})"},
        {R"({"type":"subscribe","topics":[]})", R"("field":"topics")"},
        {R"({"type":"subscribe","topics":["stock:prod_1"]})", R"("field":"topics[0]")"},
        {R"({"type":"subscribe","topics":["actors"],"x":1})", R"("field":"x")"},
        {R"({"type":"ping","topics":[]})", R"("field":"topics")"},
        {R"({"type":"ping","id":7})", R"("field":"id")"},
    };
    for (const auto& [text, expected] : bad) {
        CAPTURE(text);
        const auto heard = talk.say(text);
        REQUIRE(heard.size() == 1);
        CHECK(has(heard[0], R"({"type":"error")"));
        CHECK(has(heard[0], expected));
        talk.host.now += std::chrono::seconds{2};
    }
    CHECK(talk.say(subscribe_to(stock_topic(serum), R"(,"versions":{"nothing":-1})"))
              .at(0)
              .find(R"("field":"versions.nothing")") != std::string::npos);
    CHECK(talk.client.reader.topics() == 0);
}

TEST_CASE("a ping is answered", "[http][live]") {
    Talk talk;
    CHECK(talk.say(R"({"type":"ping","id":"a"})").at(0) == R"({"type":"pong","id":"a"})");
    CHECK(talk.say(R"({"type":"ping"})").at(0) == R"({"type":"pong"})");
}

TEST_CASE("unsubscribing ends the changes", "[http][live]") {
    Talk talk;
    talk.say(subscribe_to(stock_topic(serum)));
    const auto heard = talk.say(R"({"type":"unsubscribe","id":"2","topics":[)" +
                                text_of(stock_topic(serum)) + "]}");
    CHECK(heard.at(0).starts_with(R"({"type":"unsubscribed","id":"2","topics":["stock:var_)"));
    talk.commit(stock_topic(serum), 8);
    talk.run();
    CHECK(talk.client.under_way == nullptr);
}

TEST_CASE("a connection follows so many topics and no more", "[http][live]") {
    Talk talk({}, {.topics_per_connection = 1});
    talk.say(subscribe_to(stock_topic(serum)));
    const auto heard = talk.say(subscribe_to(stock_topic(cream)));
    CHECK(has(heard.at(0), R"("field":"topics","message":"a connection may follow 1")"));
    CHECK(has(talk.say(subscribe_to(stock_topic(serum))).at(0), "subscribed"));
}

TEST_CASE("a client may say so much in a second", "[http][live]") {
    Talk talk({}, {.messages_per_second = 3});
    for (int i = 0; i < 3; ++i) talk.say(R"({"type":"ping"})");
    CHECK_FALSE(talk.end);
    CHECK(has(talk.say(R"({"type":"ping"})").at(0), "RATE_LIMITED"));
    CHECK(talk.end.value().message == "too many messages");
    talk.host.now += std::chrono::seconds{1};
    talk.say(R"({"type":"ping"})");
    CHECK_FALSE(talk.end);
}

TEST_CASE("every topic that must be read is charged, and what is over the budget is named",
          "[http][live]") {
    int charged = 0;
    Talk talk({}, {}, [&](const auto& done) {
        const bool allowed = ++charged <= 2;
        done(allowed ? std::nullopt
                     : std::optional{refuse(ErrorCode::rate_limited, "too many topics")});
    });
    std::vector<Topic> topics;
    for (std::uint8_t i = 10; i < 14; ++i) talk.show(topics.emplace_back(LiveWorld::topic(i)), 1);
    const auto heard = talk.say(subscribe_to_all(topics));
    CHECK(charged == 4);
    CHECK(talk.source.reads == 2);
    CHECK(has(heard.at(0), "RATE_LIMITED"));
    CHECK(has(heard.at(0), R"("field":"topics[2]")"));
    CHECK(has(heard.at(0), R"("field":"topics[3]")"));
    CHECK(has(heard.at(1), "subscribed"));
    CHECK(talk.client.reader.topics() == 2);
    FakeReader other{talk.feed};
    const auto second = guest_session(talk, other, [&](const auto&) { ++charged; });
    second->receive(subscribe_to(topics[0]), [](const auto&) {});
    CHECK(charged == 4);  // it is in memory
    CHECK(other.reader.topics() == 1);
}

TEST_CASE("a connection has so many topics looked up at once, a thread so many read",
          "[http][live]") {
    Talk talk({}, {.lookups_per_connection = 4, .lookups_per_thread = 6});
    talk.source.slow = true;
    std::vector<Topic> all;
    for (std::uint8_t i = 10; i < 30; ++i) talk.show(all.emplace_back(LiveWorld::topic(i)), 1);
    const std::vector<Topic> first(all.begin(), all.begin() + 10);
    const std::vector<Topic> second(all.begin() + 10, all.end());
    talk.say(subscribe_to_all(first));
    CHECK(talk.source.waiting.size() == 4);
    FakeReader other{talk.feed};
    const auto session = guest_session(talk, other);
    session->receive(subscribe_to_all(second), [](const auto&) {});
    CHECK(talk.source.waiting.size() == 6);
    for (int turns = 0; turns < 20 && !talk.source.waiting.empty(); ++turns) {
        CHECK(talk.source.waiting.size() <= 6);
        talk.source.answer_all();
    }
    CHECK(talk.client.reader.topics() == 10);
    CHECK(other.reader.topics() == 10);
}

TEST_CASE("operators follow actors and events; nobody else does", "[http][live][console]") {
    const auto asked_by = [](const Principal& principal, const Topic& topic) {
        Talk talk({principal, {}});
        talk.show(topic, 1);
        return talk.say(subscribe_to(topic)).at(0);
    };
    Principal key{.kind = Principal::Kind::api_key};
    for (const auto& topic : {actors_topic(), events_topic()}) {
        CAPTURE(to_text(topic));
        CHECK(has(asked_by({}, topic), "AUTHENTICATION_ERROR"));
        for (const auto* scope : {"orders:read", "payments:write"}) {
            key.scopes = {scope};
            CHECK(has(asked_by(key, topic), "AUTHORIZATION_ERROR"));
        }
        for (const auto* scope : {"console:view", "console:operate", "console:admin", "admin"}) {
            key.scopes = {scope};
            CHECK(has(asked_by(key, topic), "subscribed"));
        }
        Principal vendor = key;
        vendor.vendor = id_of<VendorId>(9);
        CHECK(has(asked_by(vendor, topic), "AUTHORIZATION_ERROR"));
    }
}

TEST_CASE("a key that holds no more ends the connection at the next subscription", "[http][live]") {
    ChangingKey key{Principal{.kind = Principal::Kind::api_key, .scopes = {"orders:read"}}};
    CHECK(has(key.talk.say(subscribe_to(order_topic(order))).at(0), "subscribed"));
    CHECK_FALSE(key.talk.end);
    key.now = refuse(ErrorCode::unauthenticated, "the credentials are not valid");
    CHECK(has(key.talk.say(subscribe_to(stock_topic(serum))).at(0), "AUTHENTICATION_ERROR"));
    CHECK(key.talk.end.value().message == "the credentials are not valid");
    CHECK_FALSE(key.talk.client.reader.follows(stock_topic(serum)));
}

TEST_CASE("a key without the scope of what it follows ends the connection", "[http][live]") {
    ChangingKey key{Principal{.kind = Principal::Kind::api_key, .scopes = {"orders:read"}}};
    key.talk.say(subscribe_to(order_topic(order)));
    key.now = Principal{.kind = Principal::Kind::api_key, .scopes = {"inventory:read"}};
    key.talk.say(subscribe_to(stock_topic(serum)));
    CHECK(key.talk.end.value().code == ErrorCode::forbidden);
}

TEST_CASE("a subscription is judged by what the key may do by now", "[http][live]") {
    ChangingKey key{Principal{.kind = Principal::Kind::api_key, .scopes = {"orders:read"}}};
    key.now = Principal{.kind = Principal::Kind::api_key, .scopes = {"inventory:read"}};
    CHECK(has(key.talk.say(subscribe_to(order_topic(order))).at(0), "AUTHORIZATION_ERROR"));
    CHECK_FALSE(key.talk.end);
    key.now = Principal{.kind = Principal::Kind::api_key, .scopes = {"orders:read"}};
    CHECK(has(key.talk.say(subscribe_to(order_topic(order))).at(0), "subscribed"));
}

TEST_CASE("a key that cannot be looked up refuses the subscription and ends nothing",
          "[http][live]") {
    ChangingKey key{Principal{.kind = Principal::Kind::api_key, .scopes = {"orders:read"}}};
    key.talk.say(subscribe_to(order_topic(order)));
    key.now = refuse(ErrorCode::unavailable, "the database is not reachable");
    const auto heard = key.talk.say(subscribe_to(stock_topic(serum)));
    CHECK(has(heard.at(0), R"("id":"1")"));
    CHECK(has(heard.at(0), "SERVICE_UNAVAILABLE"));
    CHECK_FALSE(key.talk.end);
    CHECK(key.talk.client.reader.follows(order_topic(order)));
}

TEST_CASE("the next message waits for the topics of the one before", "[http][live]") {
    Talk talk;
    talk.source.slow = true;
    talk.say(subscribe_to(stock_topic(serum)));
    CHECK(talk.answered == 0);
    talk.source.answer_all();
    CHECK(talk.answered == 1);
}

TEST_CASE("a client that leaves while its topics are read is forgotten", "[http][live]") {
    Talk talk;
    talk.source.slow = true;
    talk.say(subscribe_to(stock_topic(serum)));
    talk.session.reset();
    talk.source.answer_all();
    CHECK(talk.answered == 0);
    CHECK(talk.hub.idle());
}

}  // namespace souk
