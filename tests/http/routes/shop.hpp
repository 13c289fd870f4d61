#pragma once
// A marketplace in memory behind the real stages and routes: entities decide by the domain's rules,
// at once and on the caller's thread, so that a test is a list of requests and answers.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/live/hub.hpp"
#include "http/metrics.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/services.hpp"
#include "http/stages.hpp"
#include "tests/http/fake_accounts.hpp"
#include "tests/http/fake_console.hpp"
#include "tests/http/fake_people.hpp"
#include "tests/http/fake_provider_log_ins.hpp"
#include "tests/http/fake_tenants.hpp"

namespace souk {

class ShopClock final : public Clock {
public:
    TimePoint now() const override { return time; }
    TimePoint time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}};
};

class ShopIds final : public IdSource {
public:
    Uuid next() override { return uuid_v7(TimePoint{std::chrono::hours{1}}, 0, ++count_); }

private:
    std::uint64_t count_{0};
};

class ShopStocks final : public Stocks {
public:
    explicit ShopStocks(const Clock& clock) : clock_(clock) {}

    void adjust(const StockKey& key, Ask<AdjustStock, StockView> ask) override;
    void reserve(Ask<ReserveMany, Reservation> ask) override;
    void close(Ask<CloseMany, Reservation> ask) override;
    void read(const OfTenant<StockKey>& key, Read<StockView> read) override;
    std::shared_ptr<const StockView> peek(const OfTenant<StockKey>& key) override;

    std::map<StockKey, Stock> rows;
    bool live{true};  // false: nothing is known without asking

private:
    const Clock& clock_;
    std::map<ReservationId, ReserveMany> open_;
};

/// What a gateway says to a request; nothing when it is too slow.
using ShopGateway = std::function<std::optional<GatewayAnswer>(const GatewayRequest&)>;

/// Takes every payment at once.
std::optional<GatewayAnswer> generous(const GatewayRequest& request);

class ShopOrders final : public Orders {
public:
    explicit ShopOrders(const Clock& clock) : clock_(clock) {}

    void tell(const OrderId& id, Ask<OrderCommand, Order> ask) override;
    void read(const OfTenant<OrderId>& id, Read<Order> read) override;

    std::map<OrderId, Order> rows;
    ShopGateway gateway{generous};
    std::vector<GatewayStep> asked;    // of the gateway
    std::optional<Error> refusal;      // given to every command
    std::vector<AskContext> contexts;  // that commands came with

private:
    const Clock& clock_;
};

class ShopCarts final : public Carts {
public:
    ShopCarts(const Clock& clock, IdSource& ids, ShopOrders& orders)
        : clock_(clock), ids_(ids), orders_(orders) {}

    void tell(const CartId& id, Ask<CartCommand, Cart> ask) override;
    void place_order(const CartId& id, Ask<PlaceOrder, Order> ask) override;
    void merge(const CartId& id, Ask<MergeCart, Cart> ask) override;
    void read(const OfTenant<CartId>& id, Read<Cart> read) override;

    std::map<CartId, Cart> rows;

private:
    const Clock& clock_;
    IdSource& ids_;
    ShopOrders& orders_;
};

class ShopCatalogue final : public Catalogue {
public:
    void list(ProductQuery query, Promise<Result<ProductPage>> page) override;
    void product(const OfTenant<ProductId>& id,
                 Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void product_now(const OfTenant<ProductId>& id,
                     Promise<Result<std::shared_ptr<const ProductJson>>> found) override {
        product(id, std::move(found));
    }
    void product_by_slug(OfTenant<std::string> slug,
                         Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void offer(const OfTenant<VariantId>& id,
               Promise<Result<std::shared_ptr<const Offer>>> found) override;

    std::map<VariantId, Offer> offers;
    ProductQuery last_query;
};

class ShopReports final : public InventoryReports {
public:
    void movements(const OfTenant<StockKey>& key, PageQuery query,
                   Promise<Result<MovementPage>> page) override;
    void low_stock(const TenantId& tenant, std::optional<VendorId> vendor, PageQuery query,
                   Promise<Result<LowStockPage>> page) override;

    std::optional<VendorId> asked_for;
};

/// Finds payments where the orders are; the queue is what a test puts into it.
class ShopPayments final : public Payments {
public:
    explicit ShopPayments(const ShopOrders& orders) : orders_(orders) {}

    void order_of(const OfTenant<PaymentId>& id, Promise<Result<OrderId>> found) override;
    void order_of_intent(const TenantId& tenant, PaymentMethod gateway, std::string intent,
                         Promise<Result<OrderId>> found) override;
    void stuck(const TenantId& tenant, PageQuery query, Promise<Result<StuckPage>> page) override;

    StuckPage queue;
    PageQuery last_query;

private:
    const ShopOrders& orders_;
};

class ShopWebhooks final : public Webhooks {
public:
    void stripe(std::string signature, std::string body, Reply reply) override;

    std::string last_signature;
    std::string last_body;
    Outcome outcome{Answer{}};
};

class ShopDiscounts final : public Discounts, public DiscountReports {
public:
    explicit ShopDiscounts(const Clock& clock) : clock_(clock) {}

    void quote(OfTenant<std::string> code, Buyer buyer, Amount subtotal, Currency currency,
               Promise<Result<AppliedDiscount>> quoted) override;
    void tell(const std::string& code, Ask<DiscountEdit, DiscountView> ask) override;
    void read(const OfTenant<std::string>& code, Read<DiscountView> read) override;
    void list(const TenantId& tenant, PageQuery query, Promise<Result<DiscountPage>> page) override;

    std::map<std::string, Discount> rows;

private:
    const Clock& clock_;
};

class ShopTables final : public Tables {
public:
    std::shared_ptr<const PriceTables> current(const TenantId&) const override { return tables; }
    std::shared_ptr<const PriceTables> tables;
};

class ShopBook final : public IdempotencyBook {
public:
    void find(const TenantId& tenant, const std::string& caller, const std::string& key,
              Promise<Result<std::optional<IdempotencyRecord>>> found) override;
    void remember(const TenantId& tenant, IdempotencyRecord record,
                  Promise<Result<bool>> done) override;

    std::vector<IdempotencyRecord> records;
};

class ShopKeys final : public ApiKeys {
public:
    std::string add(std::vector<std::string> scopes, std::optional<VendorId> vendor = {});
    void find(const OfTenant<ApiKeyId>& id,
              Promise<Result<std::shared_ptr<const ApiKey>>> found) override;
    void used(ApiKeyId) override {}

private:
    std::map<ApiKeyId, std::shared_ptr<const ApiKey>> keys_;
};

class ShopLimits final : public RateLimits {
public:
    void take(std::string bucket, std::int64_t per_minute,
              Promise<Result<RateDecision>> decision) override {
        taken.emplace_back(std::move(bucket), per_minute);
        decision(RateDecision{});
    }

    bool is_closed(const std::string&, std::int64_t) override { return false; }

    std::vector<std::pair<std::string, std::int64_t>> taken;
};

class ShopHealth final : public Health {
    std::vector<ComponentHealth> check() const override { return {}; }
};

using Headers = std::vector<NameValue>;

struct Shop {
    Shop();

    Response ask(Method method, std::string path, std::string body = {}, Headers headers = {});

    /// A guest's cart with some units of the serum; gives its id.
    std::string cart_with(int quantity);
    /// Orders it; gives the order's id.
    std::string order_of(const std::string& cart_id,
                         std::string_view payment_method = "cash_on_delivery");
    static std::string order_body(const std::string& cart_id, std::string_view more = {},
                                  std::string_view payment_method = "cash_on_delivery");

    ShopClock clock;
    ShopIds ids;
    ShopStocks stocks{clock};
    ShopOrders orders{clock};
    ShopCarts carts{clock, ids, orders};
    ShopDiscounts discounts{clock};
    ShopCatalogue catalogue;
    ShopReports reports;
    ShopPayments payments{orders};
    ShopWebhooks webhooks;
    FakeConsole console;
    ShopTables tables;
    FakeTenants tenants;
    ShopBook book;
    ShopKeys keys;
    FakeAccounts accounts;
    NoProviderLogIns provider_log_ins;
    UnusedPeopleServices about_people;
    ShopLimits limits;
    ShopHealth health;
    HttpMetrics metrics;
    Documents documents;
    LiveHub live;
    Services services;
    Router router;

    StockKey serum;  // 10 units, 29.50 USD
    StockKey cream;  // another vendor's, 3 units
    std::string serum_product;
    std::string serum_variant;
    std::string cream_variant;
};

bool contains(const Response& response, std::string_view part);
/// The text of the first member of that name.
std::string text_of(const Response& response, std::string_view member);

}  // namespace souk
