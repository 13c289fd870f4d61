#include "tests/support/rows.hpp"

#include <algorithm>

namespace souk {
namespace {

/// All of it is of the default tenant: another finds nothing here.
template <class IdType, class Row>
auto source_of(const std::map<IdType, Row>& rows, const bool& down) {
    using Found = std::vector<std::pair<OfTenant<IdType>, Row>>;
    return [&rows, &down](const std::vector<OfTenant<IdType>>& keys) -> Result<Found> {
        if (down) return Error{ErrorCode::unavailable, "the store is down"};
        Found found;
        for (const auto& key : keys)
            if (const auto row = rows.find(key.id);
                row != rows.end() && key.tenant == default_tenant)
                found.emplace_back(key, row->second);
        return found;
    };
}

std::int64_t captures_wanted(const Payment& payment) {
    return std::ranges::count_if(payment.attempts, [](const PaymentAttempt& attempt) {
        return attempt.step == GatewayStep::capture && attempt.state != AttemptState::failed;
    });
}

template <class Table>
auto row_by_id(Table& discounts, const DiscountId& id) {
    return std::ranges::find(discounts, id, [](const auto& row) { return row.second.id; });
}

/// Rows of one table as they were.
template <class Table>
class Kept {
public:
    explicit Kept(Table& table) : table_(table) {}

    void keep(const typename Table::key_type& key) {
        const auto row = table_.find(key);
        if (row == table_.end())
            rows_.try_emplace(key, std::nullopt);
        else
            rows_.try_emplace(key, row->second);
    }
    void put_back() {
        for (auto& [key, row] : rows_) {
            if (row)
                table_.insert_or_assign(key, std::move(*row));
            else
                table_.erase(key);
        }
    }

private:
    Table& table_;
    std::map<typename Table::key_type, std::optional<typename Table::mapped_type>> rows_;
};

}  // namespace

class TableRows::Savepoint {
public:
    Savepoint(TableRows& rows, std::span<const ChangeSet* const> batch)
        : rows_(rows),
          movements_(rows.movements.size()),
          events_(rows.events.size()),
          gateway_events_(rows.gateway_events.size()),
          audit_(rows.audit.size()) {
        for (const auto* change : batch) keep(*change);
    }

    void roll_back() {
        stocks_.put_back();
        carts_.put_back();
        orders_.put_back();
        order_of_cart_.put_back();
        reservations_.put_back();
        answers_.put_back();
        discounts_.put_back();
        ledger_.put_back();
        rows_.movements.resize(movements_);
        rows_.events.resize(events_);
        rows_.gateway_events.resize(gateway_events_);
        rows_.audit.resize(audit_);
    }

private:
    void keep(const ChangeSet& change) {
        for (const auto& one : change.stock) {
            stocks_.keep(one.key);
            for (const auto& line : one.opened) reservations_.keep(line.id);
            for (const auto& closing : one.closed) reservations_.keep(closing.line.id);
            for (const auto& extension : one.extended) reservations_.keep(extension.line.id);
            for (const auto& move : one.moved) reservations_.keep(move.line.id);
        }
        for (const auto* cart : {&change.cart, &change.merged_cart})
            if (cart->next) carts_.keep(cart->next->id);
        if (change.order.next) {
            orders_.keep(change.order.next->id);
            order_of_cart_.keep(change.order.next->cart_id);
        }
        for (const auto& one : change.discounts) {
            if (one.created) discounts_.keep(*one.created);
            if (const auto row = row_by_id(rows_.discounts, one.id); row != rows_.discounts.end())
                discounts_.keep(row->first);
        }
        for (const auto& entry : change.entries) ledger_.keep(entry.reference);
        if (change.idempotency)
            answers_.keep({change.idempotency->caller, change.idempotency->key});
    }

    TableRows& rows_;
    Kept<decltype(TableRows::stocks)> stocks_{rows_.stocks};
    Kept<decltype(TableRows::carts)> carts_{rows_.carts};
    Kept<decltype(TableRows::orders)> orders_{rows_.orders};
    Kept<decltype(TableRows::order_of_cart)> order_of_cart_{rows_.order_of_cart};
    Kept<decltype(TableRows::reservations)> reservations_{rows_.reservations};
    Kept<decltype(TableRows::answers)> answers_{rows_.answers};
    Kept<decltype(TableRows::discounts)> discounts_{rows_.discounts};
    Kept<decltype(TableRows::ledger)> ledger_{rows_.ledger};
    std::size_t movements_;
    std::size_t events_;
    std::size_t gateway_events_;
    std::size_t audit_;
};

std::optional<std::string> TableRows::forbidden(const StockChange& change) const {
    const auto& row = stocks.at(change.key);
    const auto on_hand = row.on_hand + change.on_hand_delta;
    const auto reserved = row.reserved + change.reserved_delta;
    if (on_hand < 0 || reserved < 0) return "stock below zero";
    if (reserved > on_hand) return "more reserved than on hand";
    for (const auto& closing : change.closed)
        if (!row.open.contains(closing.line.id)) return "a reservation closed twice";
    for (const auto& extension : change.extended)
        if (!row.open.contains(extension.line.id)) return "a closed reservation extended";
    for (const auto& line : change.opened) {
        const auto known = reservations.find(line.id);
        if (known == reservations.end()) continue;
        for (const auto& stored : known->second.lines)
            if (stored.line.key == line.key) return "a reservation opened twice";
    }
    return std::nullopt;
}

std::optional<std::string> TableRows::forbidden(const DiscountChange& change) const {
    if (change.created) {
        if (discounts.contains(*change.created)) return "a discount code made twice";
        return std::nullopt;
    }
    const auto row = row_by_id(discounts, change.id);
    if (row == discounts.end()) return "no such discount code";
    const auto used = row->second.used + change.used_delta();
    const auto limit = change.rules ? change.rules->usage_limit : row->second.usage_limit;
    if (used < 0 || (limit && used > *limit)) return "a discount used beyond its limit";
    if (change.used && row->second.uses.contains(change.used->order_id))
        return "a discount used twice by an order";
    if (change.given_back && !row->second.uses.contains(change.given_back->order_id))
        return "a discount's use given back twice";
    return std::nullopt;
}

std::optional<std::string> TableRows::forbidden(const RowChange<Order>& change) const {
    const auto& next = *change.next;
    const auto row = orders.find(next.id);
    if ((row == orders.end() ? 0 : row->second.version) != change.expected_version())
        return "an order of another version";
    if (const auto other = order_of_cart.find(next.cart_id);
        other != order_of_cart.end() && other->second != next.id)
        return "two orders of one cart";
    if (!next.payment) return std::nullopt;
    if (captures_wanted(*next.payment) > 1) return "two captures of one order";
    if (next.payment->refunded > next.payment->captured) return "more refunded than captured";
    return std::nullopt;
}

std::optional<std::string> TableRows::forbidden(const ChangeSet& change) const {
    for (const auto& one : change.stock)
        if (auto why = forbidden(one)) return why;
    for (const auto* cart : {&change.cart, &change.merged_cart}) {
        if (!cart->next) continue;
        const auto row = carts.find(cart->next->id);
        if ((row == carts.end() ? 0 : row->second.version) != cart->expected_version())
            return "a cart of another version";
        if (cart->next->user_id && cart->next->status == CartStatus::open)
            for (const auto& [id, other] : carts)
                if (id != cart->next->id && other.user_id == cart->next->user_id &&
                    other.status == CartStatus::open)
                    return "two open carts of one person";
    }
    if (change.order.next)
        if (auto why = forbidden(change.order)) return why;
    for (const auto& entry : change.entries) {
        if (!sums_to_zero(entry)) return "postings that do not sum to zero";
        if (ledger.contains(entry.reference)) return "an entry posted twice";
    }
    for (const auto& one : change.discounts)
        if (auto why = forbidden(one)) return why;
    if (const auto& answer = change.idempotency;
        answer && answers.contains({answer->caller, answer->key}))
        return "an idempotency key used twice";
    return std::nullopt;
}

void TableRows::write(const StockChange& change) {
    apply(stocks.at(change.key), change);
    const auto line_of = [&](const ReservationId& id) -> ReservationRows::Line& {
        auto& lines = reservations.at(id).lines;
        return *std::ranges::find(lines, change.key,
                                  [](const auto& line) { return line.line.key; });
    };
    for (const auto& line : change.opened)
        reservations[line.id].lines.push_back({line, ReservationState::open});
    for (const auto& closing : change.closed) line_of(closing.line.id).state = closing.outcome;
    for (const auto& extension : change.extended)
        line_of(extension.line.id).line.expires_at = extension.expires_at;
    for (const auto& move : change.moved)
        if (auto& line = line_of(move.line.id); line.state == ReservationState::open)
            line.line.cart_id = move.to;
    movements.insert(movements.end(), change.movements.begin(), change.movements.end());
}

void TableRows::write(const ChangeSet& change) {
    for (const auto& one : change.stock) write(one);
    for (const auto* cart : {&change.cart, &change.merged_cart})
        if (cart->next) carts.insert_or_assign(cart->next->id, *cart->next);
    if (change.order.next) {
        orders.insert_or_assign(change.order.next->id, *change.order.next);
        order_of_cart.emplace(change.order.next->cart_id, change.order.next->id);
    }
    for (const auto& entry : change.entries) ledger.emplace(entry.reference, entry);
    for (const auto& one : change.discounts) {
        if (one.created) discounts[*one.created].id = one.id;
        apply(row_by_id(discounts, one.id)->second, one);
    }
    if (change.gateway_event) gateway_events.push_back(*change.gateway_event);
    if (change.audit) audit.push_back(*change.audit);
    events.insert(events.end(), change.events.begin(), change.events.end());
    if (const auto& answer = change.idempotency)
        answers.emplace(AnswerKey{answer->caller, answer->key}, *answer);
}

std::optional<std::string> TableRows::write_batch(std::span<const ChangeSet* const> batch) {
    Savepoint before(*this, batch);
    for (const auto* change : batch) {
        if (auto why = forbidden(*change)) {
            before.roll_back();
            return why;
        }
        write(*change);
    }
    return std::nullopt;
}

void TableRows::put_stock(const StockKey& key, std::int64_t on_hand) {
    stocks[key] = Stock{.key = key, .on_hand = on_hand, .version = 1};
    movements.push_back({.key = key, .kind = MovementKind::received, .quantity = on_hand});
}

EntitySources TableRows::sources(const bool& down) const {
    EntitySources sources;
    sources.stocks = source_of(stocks, down);
    sources.carts = source_of(carts, down);
    sources.orders = source_of(orders, down);
    sources.reservations = source_of(reservations, down);
    sources.find_due = [this, &down](TimePoint from, TimePoint before, std::size_t limit,
                                     auto found) {
        if (down) return found(Error{ErrorCode::unavailable, "the store is down"});
        std::vector<DueReservation> due;
        for (const auto& [id, rows] : reservations)
            for (const auto& [line, state] : rows.lines)
                if (state == ReservationState::open && line.expires_at >= from &&
                    line.expires_at < before && due.size() < limit)
                    due.push_back({id, line.expires_at, line.order_id});
        found(std::move(due));
    };
    sources.discounts = source_of(discounts, down);
    sources.find_due_attempts = [this, &down](TimePoint by, std::size_t limit, auto found) {
        if (down) return found(Error{ErrorCode::unavailable, "the store is down"});
        std::vector<DueAttempt> due;
        for (const auto& [id, order] : orders) {
            if (!order.payment) continue;
            for (const auto& attempt : order.payment->attempts)
                if (attempt.state == AttemptState::open && !attempt.stuck && attempt.due_at <= by &&
                    due.size() < limit)
                    due.push_back({id, attempt.key});
        }
        found(std::move(due));
    };
    return sources;
}

}  // namespace souk
