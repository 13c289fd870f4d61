#include "app/order_mails.hpp"

#include "persistence/batch_writer.hpp"
#include "persistence/mail_repository.hpp"
#include "tests/persistence/paying_shop.hpp"

using namespace souk;

namespace {

OutboxEvent event(const char* type, const Order& order, Version version) {
    OutboxEvent event;
    event.type = type;
    event.entity = to_text(order.id);
    event.version = version;
    event.at = paying_time;
    return event;
}

std::int64_t jobs(Connection& db) {
    return query(db, "SELECT count(*) FROM mail_jobs")->front().get<std::int64_t>(0);
}

/// One order of a buyer with that address.
Order written_order(PayingShop& shop, std::uint64_t number, const std::string& email) {
    auto order = placed_order(number);
    order.shipping_address.email = email;
    shop.commit({new_order(order)});
    return order;
}

}  // namespace

TEST_CASE("news of an order are one mail each to its buyer, however often they are told",
          "[app][order_mails]") {
    PayingShop shop;
    const auto order = written_order(shop, 1, "amal@example.com");
    const auto handler = order_mails();
    const std::vector<OutboxEvent> events{event("order.confirmed", order, 2),
                                          event("order.refunded", order, 3),
                                          event("order.refunded", order, 4)};
    REQUIRE(handler.pass_on(shop.db, events));
    REQUIRE(handler.pass_on(shop.db, events));
    CHECK(jobs(shop.db) == 3);
    const auto job = claim_mail_job(shop.db, paying_time, paying_time + std::chrono::minutes{1});
    REQUIRE((job && *job));
    CHECK((*job)->recipient == "amal@example.com");
    CHECK((*job)->about == to_text(order.id));
    CHECK((*job)->created_at == paying_time);
}

TEST_CASE("an order that is not there, or whose buyer has no address, makes no mail",
          "[app][order_mails]") {
    PayingShop shop;
    const auto silent = written_order(shop, 1, "");
    const auto handler = order_mails();
    auto nonsense = event("order.confirmed", silent, 2);
    nonsense.entity = "nonsense";
    REQUIRE(handler.pass_on(shop.db,
                            std::vector{event("order.confirmed", silent, 2),
                                        event("order.confirmed", placed_order(7), 2), nonsense}));
    CHECK(jobs(shop.db) == 0);
}
