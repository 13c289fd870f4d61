#include "tests/simulation/books.hpp"

#include <algorithm>
#include <numeric>

#include "actors/state_fields.hpp"
#include "tests/simulation/texts.hpp"

namespace souk::simulation {
namespace {

constexpr Duration patience = std::chrono::seconds{45};  // of an expiry, after the last trouble

bool is_being_paid(const Order& order) {
    if (!order.payment) return false;
    const auto state = order.payment->state;
    return state == PaymentState::processing || state == PaymentState::requires_action ||
           state == PaymentState::authorized;
}

bool is_sold(OrderStatus status) {
    return status != OrderStatus::pending && status != OrderStatus::cancelled &&
           status != OrderStatus::returned;
}

}  // namespace

void Books::opened(const Stock& stock) {
    shelves_[stock.key] = {stock.on_hand, stock.reserved, stock.version};
    remember(text_of(view_of(stock)));
}

void Books::opened(const Discount& discount) {
    DiscountView view{discount, discount.id, discount.code, discount.used, discount.version};
    discounts_[discount.code] = view;
    remember(text_of(view));
}

void Books::remember(const std::string& text) {
    const auto fresh =
        states_[std::string{subject_of(text)}].try_emplace(version_of(text), text).second;
    if (!fresh) ground_.fail("every version is written once", text);
}

const std::string* Books::state(const std::string& subject, Version version) const {
    const auto entity = states_.find(subject);
    if (entity == states_.end()) return nullptr;
    const auto found = entity->second.find(version);
    return found == entity->second.end() ? nullptr : &found->second;
}

void Books::committed(std::span<const ChangeSet* const> batch) {
    for (const auto* change : batch) note(*change);
    for (const auto* change : batch)
        for (const auto& one : change->stock) {
            const auto& shelf = shelves_[one.key];
            const auto& row = rows_.stocks.at(one.key);
            if (row.on_hand != shelf.on_hand)
                ground_.fail("movements sum to on hand", stock_key_text(one.key));
            if (row.reserved != shelf.reserved)
                ground_.fail("open reservations sum to reserved", stock_key_text(one.key));
            if (row.reserved < 0 || row.on_hand < row.reserved)
                ground_.fail("stock is never negative", stock_key_text(one.key));
        }
}

void Books::note(const ChangeSet& change) {
    for (const auto& one : change.stock) note_stock(change, one);
    if (change.cart.next) note_cart(change.cart);
    if (change.order.next) note_order(change);
    for (const auto& one : change.discounts) note_discount(one);
    for (const auto& entry : change.entries)
        if (!sums_to_zero(entry)) ground_.fail("the ledger sums to zero", entry.reference);
}

void Books::note_stock(const ChangeSet& change, const StockChange& one) {
    auto& shelf = shelves_[one.key];
    for (const auto& movement : one.movements) shelf.on_hand += movement.quantity;
    for (const auto& closing : one.closed) close(change, one.key, closing);
    for (const auto& line : one.opened) {
        const LineKey key{line.id, one.key};
        if (ended_.contains(key) || open_.contains(key))
            ground_.fail("an ended reservation stays ended", to_text(line.id));
        open_[key] = {line.quantity, line.expires_at, line.order_id};
        by_expiry_.emplace(line.expires_at, key);
        if (line.order_id) ++open_of_order_[*line.order_id];
        shelf.reserved += line.quantity;
    }
    for (const auto& extension : one.extended) {
        const LineKey key{extension.line.id, one.key};
        const auto line = open_.find(key);
        if (line == open_.end()) continue;
        by_expiry_.erase({line->second.expires_at, key});
        line->second.expires_at = extension.expires_at;
        by_expiry_.emplace(extension.expires_at, key);
    }
    if (one.empty()) return;
    ++shelf.version;
    remember(text_of(StockView{one.key, shelf.on_hand, shelf.reserved, 10, shelf.version}));
}

void Books::close(const ChangeSet& change, const StockKey& sku, const ReservationClosing& closing) {
    const LineKey key{closing.line.id, sku};
    const auto found = open_.find(key);
    if (found == open_.end())
        return ground_.fail("an ended reservation stays ended", to_text(closing.line.id));
    const auto line = found->second;
    if (closing.outcome == ReservationState::expired && change.at < line.expires_at)
        ground_.fail("nothing is released early", to_text(closing.line.id) + " was to last until " +
                                                      to_rfc3339(line.expires_at));
    if (line.order_id && (!change.order.next || change.order.next->id != *line.order_id))
        ground_.fail("only an order ends its own reservation", to_text(*line.order_id));
    shelves_[sku].reserved -= line.quantity;
    by_expiry_.erase({line.expires_at, key});
    if (line.order_id) --open_of_order_[*line.order_id];
    open_.erase(found);
    ended_.insert(key);
}

void Books::note_cart(const RowChange<Cart>& cart) {
    auto& version = carts_[cart.next->id];
    if (cart.next->version != version + 1)
        ground_.fail("versions are contiguous", text_of(*cart.next));
    version = cart.next->version;
    remember(text_of(*cart.next));
}

void Books::note_order(const ChangeSet& change) {
    const auto& next = *change.order.next;
    const auto known = orders_.find(next.id);
    const auto* before = known == orders_.end() ? nullptr : &known->second;
    if (next.version != (before == nullptr ? 1 : before->version + 1))
        ground_.fail("versions are contiguous", text_of(next));
    if (before == nullptr && !numbers_.insert(next.number).second)
        ground_.fail("an order's number is its own", text_of(next));
    if (const auto first = order_of_cart_.try_emplace(next.cart_id, next.id).first;
        first->second != next.id)
        ground_.fail("a cart has one order", to_text(next.cart_id));
    check_order(change, before, next);
    check_order_stock(change, before, next);
    check_order_events(change, before, next);
    if (next.payment)
        for (const auto& attempt : next.payment->attempts) attempts_.insert(attempt.key);
    remember(text_of(next));
    orders_.insert_or_assign(next.id, next);
}

void Books::check_order(const ChangeSet&, const Order* before, const Order& next) {
    if (before == nullptr) return;
    if (next.status != before->status && !may_become(before->status, next.status))
        ground_.fail("an order's status goes forward", text_of(next));
    const bool ran_out = before->status == OrderStatus::pending &&
                         next.status == OrderStatus::cancelled &&
                         next.history.back().reason == "reservation expired" &&
                         next.history.back().actor == "system";
    if (ran_out && is_being_paid(*before) && !before->payment->graced)
        ground_.fail("a payment under way extends its reservation", text_of(next));
}

/// A sold order has taken exactly its units off the shelf; one that is over holds none.
void Books::check_order_stock(const ChangeSet& change, const Order* before, const Order& next) {
    if (is_sold(next.status) && !next.stock_deducted)
        ground_.fail("no order is confirmed without its units", text_of(next));
    if (next.stock_deducted && (before == nullptr || !before->stock_deducted)) {
        std::map<StockKey, std::int64_t> taken;
        for (const auto& one : change.stock)
            for (const auto& closing : one.closed)
                if (closing.outcome == ReservationState::confirmed)
                    taken[one.key] += closing.line.quantity;
        const auto wanted = demand_of(next.items);
        if (!std::ranges::equal(taken, wanted, [](const auto& one, const auto& other) {
                return one.first == other.first && one.second == other.second;
            }))
            ground_.fail("no order is confirmed without its units", text_of(next));
    }
    if (next.status == OrderStatus::cancelled && open_of_order_[next.id] > 0)
        ground_.fail("a cancelled order holds no units", text_of(next));
}

void Books::check_order_events(const ChangeSet& change, const Order* before, const Order& next) {
    const bool moved = before == nullptr || before->status != next.status;
    const auto told = std::ranges::count(change.events, to_text(next.id), &Event::entity);
    if (told > 1 || (moved && told == 0))
        ground_.fail("every change of status is told once", text_of(next));
    for (const auto& event : change.events)
        if (event.entity == to_text(next.id) && event.version != next.version)
            ground_.fail("an event has its order's version", text_of(next));
}

void Books::note_discount(const DiscountChange& change) {
    const auto found = std::ranges::find_if(
        discounts_, [&](const auto& one) { return one.second.id == change.id; });
    if (found == discounts_.end()) return;
    auto& [code, view] = *found;
    auto& uses = uses_[code];
    if (change.used && !uses.insert(change.used->order_id).second)
        ground_.fail("an order uses a discount once", code);
    if (change.given_back && uses.erase(change.given_back->order_id) == 0)
        ground_.fail("a use is given back once", code);
    if (change.rules) static_cast<DiscountRules&>(view) = *change.rules;
    view.used = static_cast<std::int64_t>(uses.size());
    ++view.version;
    if (view.usage_limit && view.used > *view.usage_limit)
        ground_.fail("a discount is used within its limit", text_of(view));
    remember(text_of(view));
}

void Books::check_lateness() {
    if (by_expiry_.empty()) return;
    const auto& [expires_at, key] = *by_expiry_.begin();
    if (ground_.now() - std::max(expires_at, ground_.calm_since) > patience)
        ground_.fail("nothing is held past its expiry",
                     to_text(key.first) + " since " + to_rfc3339(expires_at));
}

void Books::read_all() const {
    std::map<StockKey, Shelf> sums;
    for (const auto& movement : rows_.movements) sums[movement.key].on_hand += movement.quantity;
    for (const auto& [id, reservation] : rows_.reservations)
        for (const auto& [line, state] : reservation.lines)
            if (state == ReservationState::open) sums[line.key].reserved += line.quantity;
    for (const auto& [key, row] : rows_.stocks) {
        if (row.on_hand != sums[key].on_hand)
            ground_.fail("movements sum to on hand", stock_key_text(key));
        if (row.reserved != sums[key].reserved)
            ground_.fail("open reservations sum to reserved", stock_key_text(key));
        if (row.on_hand < row.reserved || row.reserved < 0)
            ground_.fail("stock is never negative", stock_key_text(key));
    }
    std::map<Currency, Amount> ledger;
    for (const auto& [reference, entry] : rows_.ledger)
        for (const auto& posting : entry.postings) ledger[posting.currency] += posting.amount;
    for (const auto& [currency, sum] : ledger)
        if (sum != 0) ground_.fail("the ledger sums to zero", std::string{currency.text()});
    for (const auto& [code, row] : rows_.discounts)
        if (row.used != static_cast<std::int64_t>(row.uses.size()))
            ground_.fail("a discount counts its uses", code);
}

}  // namespace souk::simulation
