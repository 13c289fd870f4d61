// Payments under random histories: first against a gateway that keeps its word but whose answers
// and webhooks are lost, late, repeated and out of order, then against one that says anything.

#include <algorithm>
#include <map>
#include <set>

#include "tests/domain/honest_gateway.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint start{std::chrono::hours{1'000}};
constexpr Amount total = 6'372;
constexpr std::uint64_t seeds = 150;  // more were run when it was written: 40,000

Order placed() {
    Order order;
    order.id = OrderId{uuid_v7(start, 0, 1)};
    order.payment_method = PaymentMethod::sandbox;
    const auto vendor = [](std::uint64_t number) { return VendorId{uuid_v7(start, 2, number)}; };
    order.vendor_orders = {{vendor(1), OrderStatus::pending, {4'000, 0, 320, 236, 4'556}},
                           {vendor(2), OrderStatus::pending, {1'450, 0, 116, 250, 1'816}}};
    order.totals = {5'450, 0, 436, 486, total};
    order.reserved_until = start + 15min;
    order.history = {{OrderStatus::pending, PaymentStatus::pending, "guest", "placed", start}};
    order.version = 1;
    return order;
}

/// The order's writer, with everything that must hold checked at each change.
struct Shop {
    Order order{placed()};
    TimePoint now{start};
    std::map<std::string, GatewayRequest> asked;  // by key, the step that is not a look-up
    std::map<Account, Amount> books;
    std::set<std::string> references;
    bool deducted{false};
    bool closed{false};
    std::vector<GatewayCall> calls{};

    void tell(const OrderCommand& command) {
        const auto change = decide(order, command, now);
        if (!change) return;
        if (change->next.version == order.version) {
            must(change->calls.empty(), "change->calls.empty()");
            must(change->entries.empty(), "change->entries.empty()");
            must(change->stock == StockEffect::none, "change->stock == StockEffect::none");
            return;
        }
        must(change->next.version == order.version + 1,
             "change->next.version == order.version + 1");
        check_stock(*change);
        for (const auto& entry : change->entries) post(entry);
        order = change->next;
        for (const auto& call : change->calls) check_call(call.request);
        calls.insert(calls.end(), change->calls.begin(), change->calls.end());
        if (order.payment) check_payment(*order.payment);
    }
    void check_stock(const OrderChange& change) {
        switch (change.stock) {
            case StockEffect::none:
                break;
            case StockEffect::confirm:
                must(!closed, "!closed");
                must(order.reserved_until > now, "order.reserved_until > now");
                closed = deducted = true;
                break;
            case StockEffect::release:
            case StockEffect::expire:
                must(!closed, "!closed");
                must(change.stock == StockEffect::release || order.reserved_until <= now,
                     "change.stock == StockEffect::release || order.reserved_until <= now");
                closed = true;
                break;
            case StockEffect::restock:
                must(deducted, "deducted");
                deducted = false;
                break;
        }
        if (change.extend_until) {
            must(!closed, "!closed");
            must(*change.extend_until > order.reserved_until,
                 "*change.extend_until > order.reserved_until");
        }
        must(change.next.stock_deducted == deducted, "change.next.stock_deducted == deducted");
    }
    void post(const LedgerEntry& entry) {
        must(sums_to_zero(entry), "sums_to_zero(entry)");
        must(references.insert(entry.reference).second,
             "references.insert(entry.reference).second");
        for (const auto& posting : entry.postings) books[posting.account] += posting.amount;
    }
    void check_call(const GatewayRequest& request) {
        const auto* attempt = find_attempt(*order.payment, request.idempotency_key);
        must(attempt != nullptr, "attempt != nullptr");
        if (request.step == GatewayStep::look_up) return;
        must(attempt->state == AttemptState::open, "attempt->state == AttemptState::open");
        must(request.step == attempt->step, "request.step == attempt->step");
        const auto [first, is_new] = asked.emplace(request.idempotency_key, request);
        if (is_new) return;
        must(first->second.step == request.step, "first->second.step == request.step");
        must(first->second.amount == request.amount, "first->second.amount == request.amount");
        must(first->second.method == request.method, "first->second.method == request.method");
        if (request.step != GatewayStep::authorize)
            must(first->second.intent == request.intent, "first->second.intent == request.intent");
    }
    void check_payment(const Payment& payment) const {
        must(order.payment_status == shown_as(payment.state),
             "order.payment_status == shown_as(payment.state)");
        must(payment.refunded <= payment.captured, "payment.refunded <= payment.captured");
        for (const auto& refund : payment.refunds) must(refund.amount > 0, "refund.amount > 0");
        must(refundable(payment) >= 0, "refundable(payment) >= 0");
        std::int64_t captures = 0;
        std::set<std::string> keys;
        for (const auto& attempt : payment.attempts) {
            must(keys.insert(attempt.key).second, "keys.insert(attempt.key).second");
            if (attempt.step != GatewayStep::capture) continue;
            must(attempt.amount == total, "attempt.amount == total");
            captures += attempt.state != AttemptState::failed;
        }
        Amount strays = 0;
        Amount out = payment.refunded;
        for (const auto& stray : payment.strays) {
            must(stray.refunded <= stray.captured, "stray.refunded <= stray.captured");
            must(on_record(payment, stray.intent) >= stray.captured,
                 "on_record(payment, stray.intent) >= stray.captured");
            strays += stray.captured;
            out += stray.refunded;
        }
        must(captures <= 1, "captures <= 1");
        if (order.status == OrderStatus::confirmed) {
            must(payment.captured == total, "payment.captured == total");
            must(payment.pays_order, "payment.pays_order");
        }
        if (order.status == OrderStatus::cancelled)
            must(on_record(payment, payment.intent) >= payment.captured,
                 "on_record(payment, payment.intent) >= payment.captured");
        Amount clearing = 0;
        Amount sum = 0;
        for (const auto& [account, balance] : books) {
            sum += balance;
            if (account.kind == AccountKind::gateway_clearing ||
                account.kind == AccountKind::gateway_fees)
                clearing += balance;
        }
        must(sum == 0, "sum == 0");
        must(clearing == payment.captured + strays - out,
             "clearing == payment.captured + strays - out");
    }
    static Amount on_record(const Payment& payment, const std::string& intent) {
        Amount sum = 0;
        for (const auto& refund : payment.refunds)
            if (refund.intent == intent && refund.state != RefundState::failed)
                sum += refund.amount;
        return sum;
    }
};

OrderCommand some_wish(Random& random, Shop& shop, std::uint64_t& refunds, bool gives_up) {
    const auto number = random.below(100);
    if (number < 30)
        return Pay{PaymentMethod::sandbox, random.chance(70) ? "pm_1" : "pm_2",
                   PaymentId{uuid_v7(start, 1, 1)}, "guest"};
    if (number < 45) return ConfirmPayment{"guest"};
    if (number < 50) return CancelOrder{"guest", "", {}};
    if (number < 60) {
        RefundPayment refund{.id = RefundId{uuid_v7(start, 3, ++refunds)}};
        if (random.chance(80)) refund.amount = static_cast<Amount>(random.below(4'000));
        return refund;
    }
    if (number < 80 && shop.order.payment)
        for (const auto& attempt : shop.order.payment->attempts)
            if (attempt.state == AttemptState::open && attempt.stuck) {
                if (gives_up && random.chance(50)) return GiveUp{attempt.key, "operator", "?"};
                return RetryNow{attempt.key, "operator"};
            }
    return ExpireOrder{};
}

void fall_due(Shop& shop) {
    if (!shop.order.payment) return;
    std::vector<std::string> keys;
    for (const auto& attempt : shop.order.payment->attempts)
        if (attempt.state == AttemptState::open && attempt.due_at <= shop.now)
            keys.push_back(attempt.key);
    for (const auto& key : keys) shop.tell(AttemptDue{key});
}

/// Sends what is to be asked, over a bad line.
void send_calls(Random& random, Shop& shop, HonestGateway& gateway,
                std::vector<GatewayReported>& answers) {
    auto calls = std::move(shop.calls);
    shop.calls.clear();
    for (const auto& call : calls) {
        GatewayReported report{.key = call.request.idempotency_key,
                               .step = call.request.step,
                               .try_number = call.try_number,
                               .random = random.fraction()};
        const auto fate = gateway.reliable ? 100 : random.below(130);
        if (fate < 3) {
            report.answer.status = Status::not_asked;
            report.answer.wait = 15s;
        } else if (fate < 10) {
            report.answer.status = Status::unavailable;
        } else if (fate < 18) {
            report.answer.status = Status::unknown;
        } else {
            report.answer = gateway.perform(call.request);
            if (fate < 26) report.answer = {.status = Status::unknown};
            if (fate < 32 && fate >= 26) continue;  // we died before the answer came
        }
        answers.push_back(std::move(report));
    }
}

/// A refund made at the gateway is told by its webhook alone, which is sent until it arrives.
bool may_be_lost(const WebhookReported& news) { return news.facts.refunded == 0; }
bool may_be_lost(const GatewayReported&) { return true; }

template <class News>
void deliver_some(Random& random, Shop& shop, std::vector<News>& news, bool all) {
    while (!news.empty() && (all || random.chance(60))) {
        const auto at = static_cast<std::ptrdiff_t>(random.below(news.size()));
        const auto one = *(news.begin() + at);
        if (all || !random.chance(15)) news.erase(news.begin() + at);  // else again later
        if (!all && may_be_lost(one) && random.chance(10)) continue;
        shop.tell(one);
    }
}

void check_truth(const Shop& shop, const HonestGateway& gateway) {
    must(shop.order.status == OrderStatus::confirmed || shop.order.status == OrderStatus::cancelled,
         "shop.order.status == OrderStatus::confirmed || shop.order.status == "
         "OrderStatus::cancelled");
    Amount captured = 0;
    Amount refunded = 0;
    std::int64_t captures = 0;
    for (const auto& [intent, charge] : gateway.charges) {
        must(charge.status != Status::authorized, "charge.status != Status::authorized");
        captured += charge.captured;
        refunded += charge.refunded;
        captures += charge.captured > 0;
    }
    must(captures <= 1, "captures <= 1");
    if (shop.order.status == OrderStatus::confirmed) {
        must(captured == total, "captured == total");
        must(refunded == shop.order.payment->refunded, "refunded == shop.order.payment->refunded");
    } else {
        must(captured == refunded, "captured == refunded");
    }
}

}  // namespace

TEST_CASE("whatever is lost, late or repeated, money taken ends with its order or goes back",
          "[domain][payment]") {
    std::map<OrderStatus, int> ends;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        Random random{std::mt19937_64{seed}};
        HonestGateway gateway{random};
        Shop shop;
        std::vector<GatewayReported> answers;
        std::uint64_t refunds = 0;
        const bool gives_up = seed % 4 == 0;
        for (int step = 0; step < 60; ++step) {
            shop.now += std::chrono::seconds{random.below(random.chance(10) ? 600 : 20)};
            if (random.chance(40)) shop.tell(some_wish(random, shop, refunds, gives_up));
            if (random.chance(60)) fall_due(shop);
            send_calls(random, shop, gateway, answers);
            gateway.live();
            deliver_some(random, shop, answers, false);
            deliver_some(random, shop, gateway.webhooks, false);
        }
        gateway.reliable = true;
        for (int step = 0; step < 60; ++step) {
            shop.now += 5min;
            send_calls(random, shop, gateway, answers);
            deliver_some(random, shop, answers, true);
            deliver_some(random, shop, gateway.webhooks, true);
            shop.tell(ExpireOrder{});
            fall_due(shop);
            if (shop.order.payment)
                for (const auto& attempt : std::vector{shop.order.payment->attempts})
                    if (attempt.stuck) shop.tell(RetryNow{attempt.key, "operator"});
        }
        ++ends[shop.order.status];
        if (shop.order.payment) {
            must(!next_due(*shop.order.payment).has_value(),
                 "!next_due(*shop.order.payment).has_value()");
            must(!needs_operator(*shop.order.payment), "!needs_operator(*shop.order.payment)");
        }
        if (!gives_up) check_truth(shop, gateway);
    }
    CHECK(ends[OrderStatus::confirmed] > 10);
    CHECK(ends[OrderStatus::cancelled] > 10);
}

TEST_CASE("a gateway that says anything cannot make the books wrong", "[domain][payment]") {
    constexpr std::array statuses{Status::requires_action, Status::processing, Status::authorized,
                                  Status::captured,        Status::refunded,   Status::cancelled,
                                  Status::declined,        Status::not_found,  Status::unavailable,
                                  Status::unknown,         Status::not_asked};
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        Random random{std::mt19937_64{seed}};
        Shop shop;
        std::uint64_t refunds = 0;
        for (int step = 0; step < 60; ++step) {
            shop.now += std::chrono::seconds{random.below(random.chance(10) ? 600 : 20)};
            if (random.chance(40)) shop.tell(some_wish(random, shop, refunds, true));
            fall_due(shop);
            if (!shop.order.payment) continue;
            const auto& attempts = shop.order.payment->attempts;
            GatewayAnswer answer;
            answer.status = statuses[random.below(statuses.size())];
            if (random.chance(80)) answer.intent = "pi_" + std::to_string(random.below(4));
            if (random.chance(30)) answer.captured = random.chance(80) ? total : 6'000;
            if (random.chance(30)) answer.refunded = static_cast<Amount>(random.below(8'000));
            if (random.chance(30)) answer.fee = 29;
            if (random.chance(10)) answer.wait = 15s;
            const auto key = attempts.empty() ? "" : attempts[random.below(attempts.size())].key;
            if (random.chance(40)) {
                WebhookReported news{.key = random.chance(50) ? key : "", .facts = answer};
                news.units_lost = random.chance(5);
                shop.tell(news);
            } else if (const auto* attempt = find_attempt(*shop.order.payment, key)) {
                GatewayReported report{.key = key, .step = attempt->step, .answer = answer};
                if (random.chance(40)) report.step = GatewayStep::look_up;
                report.try_number = random.chance(50) ? attempt->tries : 0;
                report.random = random.fraction();
                report.units_lost = random.chance(5);
                shop.tell(report);
            }
            shop.calls.clear();
        }
    }
}
