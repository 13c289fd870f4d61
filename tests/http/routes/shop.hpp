#pragma once
// A marketplace in memory behind the real stages and routes: entities decide by the domain's rules,
// at once and on the caller's thread, so that a test is a list of requests and answers.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/metrics.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/services.hpp"
#include "http/stages.hpp"

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
    void read(const StockKey& key, Read<StockView> read) override;
    std::shared_ptr<const StockView> peek(const StockKey& key) override;

    std::map<StockKey, Stock> rows;
    bool live{true};  // false: nothing is known without asking

private:
    const Clock& clock_;
    std::map<ReservationId, ReserveMany> open_;
};

class ShopOrders final : public Orders {
public:
    explicit ShopOrders(const Clock& clock) : clock_(clock) {}

    void tell(const OrderId& id, Ask<OrderCommand, Order> ask) override;
    void read(const OrderId& id, Read<Order> read) override;

    std::map<OrderId, Order> rows;

private:
    const Clock& clock_;
};

class ShopCarts final : public Carts {
public:
    ShopCarts(const Clock& clock, IdSource& ids, ShopOrders& orders)
        : clock_(clock), ids_(ids), orders_(orders) {}

    void tell(const CartId& id, Ask<CartCommand, Cart> ask) override;
    void place_order(const CartId& id, Ask<PlaceOrder, Order> ask) override;
    void read(const CartId& id, Read<Cart> read) override;

    std::map<CartId, Cart> rows;

private:
    const Clock& clock_;
    IdSource& ids_;
    ShopOrders& orders_;
};

class ShopCatalogue final : public Catalogue {
public:
    void list(ProductQuery query, Promise<Result<ProductPage>> page) override;
    void product(ProductId id, Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void product_by_slug(std::string slug,
                         Promise<Result<std::shared_ptr<const ProductJson>>> found) override;
    void offer(VariantId id, Promise<Result<std::shared_ptr<const Offer>>> found) override;

    std::map<VariantId, Offer> offers;
    ProductQuery last_query;
};

class ShopReports final : public InventoryReports {
public:
    void movements(StockKey key, PageQuery query, Promise<Result<MovementPage>> page) override;
    void low_stock(std::optional<VendorId> vendor, PageQuery query,
                   Promise<Result<LowStockPage>> page) override;

    std::optional<VendorId> asked_for;
};

class ShopTables final : public Tables {
public:
    std::shared_ptr<const PriceTables> current() const override { return tables; }
    std::shared_ptr<const PriceTables> tables;
};

class ShopBook final : public IdempotencyBook {
public:
    void find(const std::string&, const std::string&,
              Promise<Result<std::optional<IdempotencyRecord>>> found) override {
        found(std::optional<IdempotencyRecord>{});
    }
    void remember(IdempotencyRecord, Promise<Result<bool>> done) override { done(true); }
};

class ShopKeys final : public ApiKeys {
public:
    std::string add(std::vector<std::string> scopes, std::optional<VendorId> vendor = {});
    void find(ApiKeyId id, Promise<Result<std::shared_ptr<const ApiKey>>> found) override;

private:
    std::map<ApiKeyId, std::shared_ptr<const ApiKey>> keys_;
};

class ShopLimits final : public RateLimits {
    void take(std::string, std::int64_t, Promise<Result<RateDecision>> decision) override {
        decision(RateDecision{});
    }
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
    std::string order_of(const std::string& cart_id);
    static std::string order_body(const std::string& cart_id, std::string_view more = {});

    ShopClock clock;
    ShopIds ids;
    ShopStocks stocks{clock};
    ShopOrders orders{clock};
    ShopCarts carts{clock, ids, orders};
    ShopCatalogue catalogue;
    ShopReports reports;
    ShopTables tables;
    ShopBook book;
    ShopKeys keys;
    ShopLimits limits;
    ShopHealth health;
    HttpMetrics metrics;
    Documents documents;
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
