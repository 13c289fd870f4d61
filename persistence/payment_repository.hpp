#pragma once
// Finds payments by what else they are known by, and the attempts that wait for something. A whole
// payment comes with its order (order_repository.hpp); all of it is written by the batch writer.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/order.hpp"
#include "persistence/connection.hpp"

namespace souk {

/// Nothing when there is no such payment.
Result<std::optional<OfTenant<OrderId>>> find_order_of_payment(Connection& db, PaymentId id);
/// By any intent that a gateway ever named for the order: of its last way to pay, of earlier ones,
/// of charges that do not pay it.
Result<std::optional<OfTenant<OrderId>>> find_order_of_intent(Connection& db, PaymentMethod gateway,
                                                              std::string_view intent);
/// Nothing when there is no such order.
Result<std::optional<TenantId>> find_tenant_of_order(Connection& db, OrderId id);
Result<bool> has_gateway_event(Connection& db, PaymentMethod gateway, std::string_view id);
/// Deletes up to `limit` events that came before that; returns how many went.
Result<std::int64_t> purge_gateway_events(Connection& db, TimePoint oldest, std::int64_t limit);

struct PaymentDue {
    OrderId order_id;
    std::string key;  // of the attempt
    TimePoint due_at;
    TenantId tenant;
};
/// Open attempts that are to be asked again before a time, earliest first; stuck ones are not.
Result<std::vector<PaymentDue>> find_due_attempts(Connection& db, TimePoint before,
                                                  std::int64_t limit);

struct StuckAttemptLine {
    OrderId order_id;
    std::string order_number;
    PaymentId payment_id;
    Amount total{};  // of the order
    Currency currency;
    PaymentAttempt attempt;
    TenantId tenant;
};
struct StuckAttemptList {
    std::vector<StuckAttemptLine> lines;
    std::int64_t total{};
};
/// Open attempts that wait for an operator, longest waiting first.
Result<StuckAttemptList> find_stuck_attempts(Connection& db, const TenantId& tenant,
                                             std::int64_t limit, std::int64_t offset);

/// At most so many each: open attempts that wait for an operator, those that are due next, and the
/// newest refunds that an operator gave up and may take up again, while their charge has that much
/// left.
Result<std::vector<StuckAttemptLine>> find_waiting_attempts(Connection& db, std::int64_t limit);

}  // namespace souk
