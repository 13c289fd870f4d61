#pragma once
// Orders that are being paid, and a database to write them to through the batch writer: what the
// tests of paying's rows share.

#include <string>
#include <vector>

#include "persistence/batch_writer.hpp"
#include "persistence/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

namespace souk {

inline const TimePoint paying_time = *parse_rfc3339("2026-01-15T10:00:00.123456Z");
inline const std::string nasty = "O'Brien \"quoted\" \\ back\tslash\n{},;NULL žluťoučký 🛒";

template <class IdType>
IdType id(std::uint64_t number) {
    return {uuid_v7(paying_time, 7, number)};
}

/// The n-th order, of 1,100 in all, just placed and to be paid by the sandbox.
inline Order placed_order(std::uint64_t number) {
    Order order;
    order.id = id<OrderId>(number);
    order.number = "SOUK-2026-" + std::to_string(number);
    order.cart_id = id<CartId>(number);
    order.vendor_orders = {{id<VendorId>(30), OrderStatus::pending, {1'000, 100, 80, 120, 1'100}}};
    order.totals = {1'000, 100, 80, 120, 1'100};
    order.payment_method = PaymentMethod::sandbox;
    order.estimated_delivery = "2026-01-20";
    order.reservation_id = id<ReservationId>(number);
    order.reserved_until = order.created_at = order.updated_at = paying_time;
    order.version = 1;
    return order;
}

inline PaymentAttempt attempt_of(const Order& order, std::int64_t number, GatewayStep step,
                                 AttemptState state = AttemptState::open) {
    PaymentAttempt attempt{.number = number, .step = step, .state = state};
    attempt.key = attempt_key(order.id, number, step);
    attempt.intent = "pi_" + order.number;
    attempt.amount = order.totals.total;
    attempt.tries = 1;
    attempt.due_at = paying_time + std::chrono::seconds{30};
    return attempt;
}

/// Its payment is begun: authorised, and these attempts made.
inline Order being_paid(Order order, std::vector<PaymentAttempt> attempts = {}) {
    auto& payment = order.payment.emplace();
    payment.id = {order.id.uuid};
    payment.gateway = order.payment_method;
    payment.method = "pm_card_visa";
    payment.state = PaymentState::authorized;
    payment.intent = "pi_" + order.number;
    payment.attempts = std::move(attempts);
    payment.created_at = paying_time;
    return order;
}

/// The money was taken, for 30 of it.
inline Order paid_order(std::uint64_t number) {
    auto order = placed_order(number);
    order = being_paid(order, {attempt_of(order, 1, GatewayStep::capture, AttemptState::done)});
    order.payment->state = PaymentState::paid;
    order.payment->captured = order.totals.total;
    order.payment->fee = 30;
    order.payment->pays_order = true;
    order.status = OrderStatus::confirmed;
    order.payment_status = PaymentStatus::paid;
    return order;
}

inline LedgerEntry capture_of(const Order& order) {
    return capture_entry(order, order.number + ":capture", order.payment->fee, paying_time);
}

/// As a change of the order that was, which has a version less.
inline ChangeSet order_change(const Order& before, Order next) {
    next.version = before.version + 1;
    return {.order = {std::make_shared<Order>(before), std::make_shared<Order>(std::move(next))}};
}
inline ChangeSet new_order(Order order) {
    return {.order = {nullptr, std::make_shared<Order>(std::move(order))}};
}
inline ChangeSet posted(LedgerEntry entry) {
    ChangeSet change;
    change.entries.push_back(std::move(entry));
    return change;
}

/// A migrated database and the writer of its lane.
struct PayingShop {
    TestDatabase database;
    Connection db{database.connect()};
    BatchWriter writer{database.options(), "test"};

    PayingShop() { REQUIRE(writer.recover().status == CommitStatus::committed); }

    CommitResult try_commit(std::vector<ChangeSet> changes) {
        std::vector<const ChangeSet*> batch;
        for (auto& change : changes) {
            change.at = paying_time;
            batch.push_back(&change);
        }
        const auto sent = writer.begin(batch);
        return sent.status == CommitStatus::committed ? writer.finish() : sent;
    }
    void commit(std::vector<ChangeSet> changes) {
        const auto result = try_commit(std::move(changes));
        INFO(result.detail);
        REQUIRE(result.status == CommitStatus::committed);
    }
    /// The words of the database's refusal.
    std::string refusal(std::vector<ChangeSet> changes) {
        const auto result = try_commit(std::move(changes));
        REQUIRE(result.status == CommitStatus::refused);
        return result.detail;
    }
    std::int64_t number(const char* sql) {
        const auto rows = query(db, sql);
        REQUIRE(rows);
        return rows->front().get<std::int64_t>(0);
    }
    std::string text(const char* sql) {
        const auto rows = query(db, sql);
        REQUIRE(rows);
        return rows->front().get<std::string>(0);
    }
};

inline bool says(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace souk
