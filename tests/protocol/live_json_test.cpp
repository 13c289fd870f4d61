#include "protocol/live_json.hpp"

#include "tests/support/catch.hpp"

namespace souk {
namespace {

const std::string serum = "stock:var_00000000000000000000000001";

}  // namespace

TEST_CASE("a topic is its kind and an id of that kind", "[protocol][live]") {
    for (const std::string& text : {serum, std::string{"product:prod_00000000000000000000000001"},
                                    std::string{"cart:cart_00000000000000000000000001"},
                                    std::string{"order:order_00000000000000000000000001"},
                                    std::string{"actors"}, std::string{"events"}}) {
        const auto topic = parse_topic(text);
        REQUIRE(topic);
        CHECK(to_text(*topic) == text);
    }
    for (const auto* text :
         {"", "stock", "stock:", "stock:var_1", "actors:", "event",
          "stock:prod_00000000000000000000000001", "var_00000000000000000000000001",
          "STOCK:var_00000000000000000000000001"})
        CHECK_FALSE(parse_topic(text));
}

TEST_CASE("the same id of two kinds is two topics", "[protocol][live]") {
    CHECK(stock_topic({}) != product_topic({}));
    CHECK(std::hash<Topic>{}(stock_topic({})) != std::hash<Topic>{}(product_topic({})));
}

TEST_CASE("a subscription is read with the versions it has", "[protocol][live]") {
    const auto read = read_live_message(R"({"type":"subscribe","id":"7","topics":[")" + serum +
                                        R"("],"versions":{")" + serum + R"(":12}})");
    REQUIRE(read.message);
    const auto& message = std::get<SubscribeMessage>(*read.message);
    CHECK(read.id == "7");
    CHECK(message.versions->find(message.topics.at(0)) == 12);
    CHECK_FALSE(message.versions->find(cart_topic({})));
}

TEST_CASE("the id of a message that is wrong is still known", "[protocol][live]") {
    CHECK(read_live_message(R"({"type":"shout","id":"7"})").id == "7");
    CHECK(read_live_message(R"({"type":"ping","id":7})").id.empty());
    CHECK(read_live_message("{").id.empty());
}

TEST_CASE("what readers are told", "[protocol][live]") {
    const auto topic = *parse_topic(serum);
    const std::vector<Topic> topics{topic};
    CHECK(subscribed_message("1", topics) ==
          R"({"type":"subscribed","id":"1","topics":[")" + serum + R"("]})");
    CHECK(unsubscribed_message("", topics) ==
          R"({"type":"unsubscribed","topics":[")" + serum + R"("]})");
    CHECK(snapshot_message(topic, 12, "{}") ==
          R"({"type":"snapshot","topic":")" + serum + R"(","version":12,"data":{}})");
    CHECK(change_message(topic, 12, 15, "{}") ==
          R"({"type":"change","topic":")" + serum + R"(","from":12,"version":15,"data":{}})");
    CHECK(gone_message(topic) == R"({"type":"gone","topic":")" + serum + R"("})");
    CHECK(pong_message("x") == R"({"type":"pong","id":"x"})");
    CHECK(error_message("1", refuse(ErrorCode::not_found, "no such cart"), "req_1") ==
          R"({"type":"error","id":"1","error":{"code":"RESOURCE_NOT_FOUND","message":)"
          R"("no such cart","details":[],"requestId":"req_1"}})");
}

}  // namespace souk
