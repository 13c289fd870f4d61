#include "app/row_sources.hpp"

#include <map>

#include "persistence/cart_repository.hpp"
#include "persistence/discount_repository.hpp"
#include "persistence/order_repository.hpp"
#include "persistence/payment_repository.hpp"
#include "persistence/plan_by_key.hpp"
#include "persistence/reservation_repository.hpp"
#include "persistence/stock_repository.hpp"

namespace souk {
namespace {

/// One thread's connection.
class LazyConnection {
public:
    explicit LazyConnection(ConnectionOptions options) : options_(std::move(options)) {}

    /// A read that finds its connection broken, as after a restart of the database, is asked again
    /// on a new one.
    template <class Ask>
    auto ask(const Ask& ask) -> decltype(ask(std::declval<Connection&>())) {
        const bool had_one = connection_.has_value();
        auto rows = ask_once(ask);
        if (rows || !had_one || !connection_ || connection_->alive()) return rows;
        return ask_once(ask);
    }

private:
    template <class Ask>
    auto ask_once(const Ask& ask) -> decltype(ask(std::declval<Connection&>())) {
        if (connection_ && !connection_->alive()) connection_.reset();
        if (!connection_) {
            auto opened = Connection::open(options_);
            if (!opened) return std::move(opened).error();
            if (const auto set = opened->run_script(plan_by_key); !set) return set.error();
            connection_.emplace(std::move(opened).value());
        }
        try {
            return ask(*connection_);
        } catch (const std::exception& thrown) {
            return Error{ErrorCode::internal, thrown.what()};
        }
    }

    ConnectionOptions options_;
    std::optional<Connection> connection_;
};

/// A source over `find`, which gives whole rows with their keys.
template <class IdType, class Row, class Find>
auto keyed_source(const ConnectionOptions& options, Find find) {
    return [connection = std::make_shared<LazyConnection>(options),
            find](const std::vector<OfTenant<IdType>>& keys) -> Result<Found<IdType, Row>> {
        return connection->ask([&](Connection& db) { return find(db, keys); });
    };
}

ReservationLoads::Source reservation_source(const ConnectionOptions& options) {
    return [connection = std::make_shared<LazyConnection>(options)](
               const std::vector<OfTenant<ReservationId>>& keys)
               -> Result<Found<ReservationId, ReservationRows>> {
        auto lines =
            connection->ask([&](Connection& db) { return find_reservation_lines(db, keys); });
        if (!lines) return lines.error();
        std::map<OfTenant<ReservationId>, ReservationRows> rows;
        for (auto& [line, state, tenant] : *lines)
            rows[{tenant, line.id}].lines.push_back({line, state});
        return Found<ReservationId, ReservationRows>{rows.begin(), rows.end()};
    };
}

}  // namespace

EntitySources row_sources(const ConnectionOptions& options, ReadPool& reads) {
    EntitySources sources;
    sources.stocks = keyed_source<StockKey, Stock>(options, find_stocks);
    sources.carts = keyed_source<CartId, Cart>(options, find_carts);
    sources.orders = keyed_source<OrderId, Order>(options, find_orders);
    sources.discounts = keyed_source<std::string, Discount>(options, find_discounts);
    sources.reservations = reservation_source(options);
    sources.find_due = [&reads](TimePoint from, TimePoint before, std::size_t limit, auto found) {
        reads.read(
            [from, before, limit](Connection& db) {
                return find_due_reservations(db, from, before, static_cast<std::int64_t>(limit));
            },
            [found](Result<std::vector<ReservationDue>> due) {
                if (!due) return found(due.error());
                std::vector<DueReservation> reservations;
                for (const auto& one : *due)
                    reservations.push_back({one.id, one.expires_at, one.order_id, one.tenant});
                found(std::move(reservations));
            });
    };
    sources.find_due_attempts = [&reads](TimePoint by, std::size_t limit, auto found) {
        reads.read(
            [by, limit](Connection& db) {
                return find_due_attempts(db, by, static_cast<std::int64_t>(limit));
            },
            [found](Result<std::vector<PaymentDue>> due) {
                if (!due) return found(due.error());
                std::vector<DueAttempt> attempts;
                for (const auto& one : *due)
                    attempts.push_back({one.order_id, one.key, one.tenant});
                found(std::move(attempts));
            });
    };
    return sources;
}

}  // namespace souk
