#pragma once
// The actor of one order. A transition that touches stock prepares every SKU first and commits with
// them.

#include <atomic>
#include <memory>
#include <string>
#include <variant>

#include "actors/discount_actor.hpp"
#include "actors/entity_actor.hpp"
#include "actors/gateway_desk.hpp"
#include "actors/stock_actor.hpp"
#include "domain/order.hpp"

namespace souk {

struct OrderEntity {
    using Key = OfTenant<OrderId>;
    using State = Order;
    using View = Order;
    static constexpr const char* name = "order";
    static constexpr auto kind = EntityKind::order;
    static std::string key_text(const Key& key) {
        return tenant_key_text(key.tenant, to_text(key.id));
    }
    static std::optional<Key> parse_key(std::string_view text) {
        return parse_tenant_key<OrderId>(text, parse_id<OrderId>);
    }

    static std::shared_ptr<const View> view_of(const std::shared_ptr<const State>& state) {
        return state;
    }
    static std::shared_ptr<const View> next_view(const Key& key, const std::shared_ptr<const View>&,
                                                 const ChangeSet& change) {
        return change.order.next && change.order.next->id == key.id ? change.order.next : nullptr;
    }
};

using OrderRegistry = Registry<OrderEntity>;

/// Numbers people read: prefix, year, counter. Unique; a failed commit leaves a gap.
class OrderNumbers {
public:
    OrderNumbers(std::string prefix, std::int64_t last) : prefix_(std::move(prefix)), last_(last) {}
    std::string next(TimePoint now);

private:
    std::string prefix_;
    std::atomic<std::int64_t> last_;
};

/// What an order reaches besides itself.
struct OrderPlumbing {
    StockRegistry& stocks;
    DiscountRegistry& discounts;
    GatewayDesk* desk;  // null: nobody takes payments
    const PaymentPolicy& policy;
};

/// An order's change that waits for its SKUs and its discount code.
struct OrderPrepared {
    std::shared_ptr<Ask<OrderCommand, Order>> ask;
    OrderChange change;
    JointResult joint;
    bool units_are_lost{
        false};  // what still holds some is closed, and what does not is passed over
};

class OrderLetter : public LetterBody {
public:
    using Mail = std::variant<Ask<OrderCommand, Order>, OrderPrepared, Read<Order>>;
    explicit OrderLetter(Mail content);
    void refuse(const Error& error) override;
    std::string_view what() const override;
    std::string_view request_id() const override;
    bool starts_work() const override;
    Mail mail;
};

/// Asks for a step that is on disk, and tells its order what came of it.
void ask_gateway(GatewayDesk& desk, PaymentMethod gateway, const TenantId& tenant, GatewayCall call,
                 OrderRegistry& registry, IdSource& ids);

class OrderActor : public EntityActor<OrderEntity> {
public:
    OrderActor(caf::actor_config& config, EntityPlumbing plumbing, OrderRegistry& registry,
               Loads& loads, LifePtr life, OrderPlumbing order_plumbing);

private:
    using OrderAsk = Ask<OrderCommand, Order>;

    void adopt(std::shared_ptr<const Order> state) override { order_ = std::move(state); }
    void handle(LetterBody& body) override;
    std::vector<StateField> describe() const override { return state_fields(*order_); }
    bool is_waited_for() const override { return !waiting_for_gateway_.empty(); }

    void receive(OrderAsk& ask);
    void receive(OrderPrepared& prepared);
    void receive(Read<Order>& read) { read(life()->view()); }
    void carry_out(OrderAsk ask, OrderChange change);
    void answer_unchanged(OrderAsk ask);
    void wait_for_gateway(OrderAsk ask);
    void commit_change(OrderPrepared& prepared);
    std::vector<JointPart> parts_of_change(const OrderPrepared& prepared) const;
    Reply reply_of(OrderAsk& ask, Outcome& outcome, std::vector<GatewayCall> calls);

    OrderPlumbing plumbing_;
    OrderRegistry& registry_;
    std::shared_ptr<const Order> order_;
    std::vector<OrderAsk> waiting_for_gateway_;  // Pay and ConfirmPayment, until it has answered
};

}  // namespace souk
