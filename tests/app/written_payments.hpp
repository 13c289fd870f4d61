#pragma once
// Orders with an open attempt each, written as a server writes them.

#include <memory>
#include <vector>

#include "persistence/batch_writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

namespace souk {

/// In the order in which their attempts fall due, a second apart; of 1,100 each.
inline std::vector<Order> write_payments(const TestDatabase& database, std::uint64_t count,
                                         bool stuck) {
    const TimePoint start = *parse_rfc3339("2026-01-15T10:00:00Z");
    std::vector<Order> orders;
    BatchWriter writer(database.options(), "test");
    REQUIRE(writer.recover().status == CommitStatus::committed);
    for (std::uint64_t number = 1; number <= count; ++number) {
        auto& order = orders.emplace_back();
        order.id = {uuid_v7(start, 7, number)};
        order.cart_id = {order.id.uuid};
        order.number = "SOUK-2026-" + std::to_string(number);
        order.totals.total = 1'100;
        order.estimated_delivery = "2026-01-20";
        order.version = 1;
        auto& payment = order.payment.emplace();
        payment.id = {order.id.uuid};
        PaymentAttempt attempt{.number = 1, .key = attempt_key(order.id, 1, GatewayStep{})};
        attempt.due_at = start + std::chrono::seconds{number};
        attempt.stuck = stuck;
        payment.attempts = {attempt};
        ChangeSet change;
        change.order.next = std::make_shared<Order>(order);
        change.at = start;
        const ChangeSet* batch[] = {&change};
        REQUIRE(writer.begin(batch).status == CommitStatus::committed);
        REQUIRE(writer.finish().status == CommitStatus::committed);
    }
    return orders;
}

}  // namespace souk
