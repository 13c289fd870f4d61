#pragma once
// A real server on a free port over services that do what a test tells them, with a few routes of
// its own.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/authentication.hpp"
#include "http/live/hub.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/services.hpp"
#include "tests/http/fake_accounts.hpp"
#include "tests/http/fake_console.hpp"
#include "tests/http/fake_people.hpp"
#include "tests/http/fake_provider_log_ins.hpp"
#include "tests/http/fake_tenants.hpp"
#include "tests/support/raw_client.hpp"

namespace souk {

class TestClock final : public Clock {
public:
    TimePoint now() const override {
        return std::chrono::sys_days{std::chrono::year{2026} / 1 / 15};
    }
};

class TestIds final : public IdSource {
public:
    Uuid next() override { return uuid_v7(TimePoint{std::chrono::hours{1}}, 0, ++count_); }

private:
    std::atomic<std::uint64_t> count_{0};
};

class UnusedCarts final : public Carts {
    void tell(const CartId&, Ask<CartCommand, Cart>) override {}
    void place_order(const CartId&, Ask<PlaceOrder, Order>) override {}
    void merge(const CartId&, Ask<MergeCart, Cart>) override {}
    void read(const OfTenant<CartId>&, Read<Cart>) override {}
};
class UnusedOrders final : public Orders {
    void tell(const OrderId&, Ask<OrderCommand, Order>) override {}
    void read(const OfTenant<OrderId>&, Read<Order>) override {}
};
class UnusedStocks final : public Stocks {
    void adjust(const StockKey&, Ask<AdjustStock, StockView>) override {}
    void reserve(Ask<ReserveMany, Reservation>) override {}
    void close(Ask<CloseMany, Reservation>) override {}
    void read(const OfTenant<StockKey>&, Read<StockView>) override {}
    std::shared_ptr<const StockView> peek(const OfTenant<StockKey>&) override { return nullptr; }
};
class UnusedDiscounts final : public Discounts {
    void quote(OfTenant<std::string>, Buyer, Amount, Currency,
               Promise<Result<AppliedDiscount>>) override {}
    void tell(const std::string&, Ask<DiscountEdit, DiscountView>) override {}
    void read(const OfTenant<std::string>&, Read<DiscountView>) override {}
};
class UnusedDiscountReports final : public DiscountReports {
    void list(const TenantId&, PageQuery, Promise<Result<DiscountPage>>) override {}
};
class UnusedCatalogue final : public Catalogue {
    void list(ProductQuery, Promise<Result<ProductPage>>) override {}
    void product(const OfTenant<ProductId>&,
                 Promise<Result<std::shared_ptr<const ProductJson>>>) override {}
    void product_now(const OfTenant<ProductId>&,
                     Promise<Result<std::shared_ptr<const ProductJson>>>) override {}
    void product_by_slug(OfTenant<std::string>,
                         Promise<Result<std::shared_ptr<const ProductJson>>>) override {}
    void offer(const OfTenant<VariantId>&, Promise<Result<std::shared_ptr<const Offer>>>) override {
    }
};
class UnusedReports final : public InventoryReports {
    void movements(const OfTenant<StockKey>&, PageQuery, Promise<Result<MovementPage>>) override {}
    void low_stock(const TenantId&, std::optional<VendorId>, PageQuery,
                   Promise<Result<LowStockPage>>) override {}
};
class UnusedPayments final : public Payments {
    void order_of(const OfTenant<PaymentId>&, Promise<Result<OrderId>>) override {}
    void order_of_intent(const TenantId&, PaymentMethod, std::string,
                         Promise<Result<OrderId>>) override {}
    void stuck(const TenantId&, PageQuery, Promise<Result<StuckPage>>) override {}
};
class UnusedWebhooks final : public Webhooks {
    void stripe(std::string, std::string, Reply) override {}
};
class UnusedTables final : public Tables {
    std::shared_ptr<const PriceTables> current(const TenantId&) const override { return nullptr; }
};

class FakeBook final : public IdempotencyBook {
public:
    void find(const TenantId&, const std::string& caller, const std::string& key,
              Promise<Result<std::optional<IdempotencyRecord>>> found) override;
    void remember(const TenantId&, IdempotencyRecord record, Promise<Result<bool>> done) override;
    std::size_t size() const;

    std::atomic<bool> away{false};  // takes no new record

private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, IdempotencyRecord> records_;
};

class FakeKeys final : public ApiKeys {
public:
    /// The text a client presents.
    std::string add(std::vector<std::string> scopes, std::int64_t requests_per_minute = 0);
    void find(const OfTenant<ApiKeyId>& id,
              Promise<Result<std::shared_ptr<const ApiKey>>> found) override;
    void used(ApiKeyId) override {}
    /// `text` as it was given.
    void revoke(std::string_view text);
    void set_scopes(std::string_view text, std::vector<std::string> scopes);

    std::atomic<bool> down{false};

private:
    void change(std::string_view text, const std::function<void(ApiKey&)>& edit);

    mutable std::mutex mutex_;
    std::map<ApiKeyId, std::shared_ptr<const ApiKey>> keys_;
};

/// Buckets that never refill.
class FakeLimits final : public RateLimits {
public:
    void take(std::string bucket, std::int64_t per_minute,
              Promise<Result<RateDecision>> decision) override;
    bool is_closed(const std::string& bucket, std::int64_t per_minute) override;

    std::atomic<bool> down{false};

private:
    std::mutex mutex_;
    std::map<std::string, std::int64_t> taken_;
};

class FakeHealth final : public Health {
public:
    std::vector<ComponentHealth> check() const override { return components; }
    std::vector<ComponentHealth> components{{"postgresql", true, true, "connected"}};
};

/// Where the handler of POST /gate waits until the test lets it go on.
class Gate {
public:
    void wait(Reply reply);
    /// Returns once that many handlers wait.
    void await_waiting(std::size_t count);
    void open(const Outcome& outcome);
    /// Handlers that wait hear that they were interrupted.
    void forget();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Reply> waiting_;
};

struct HttpWorld {
    explicit HttpWorld(const LiveSettings& with = {});
    ~HttpWorld();

    /// Tells the server's threads apart from the test's by a short tick.
    static ServerSettings quick();
    std::uint16_t start(ServerSettings settings = quick());
    RawClient client() const { return RawClient(port); }

    TestClock clock;
    TestIds ids;
    UnusedCarts carts;
    UnusedOrders orders;
    UnusedStocks stocks;
    UnusedDiscounts discounts;
    UnusedCatalogue catalogue;
    UnusedReports reports;
    UnusedPayments payments;
    UnusedDiscountReports discount_reports;
    UnusedWebhooks webhooks;
    FakeConsole console;
    UnusedTables tables;
    FakeTenants tenants;
    FakeBook book;
    FakeKeys keys;
    FakeAccounts accounts;
    NoProviderLogIns provider_log_ins;
    UnusedPeopleServices about_people;
    FakeLimits limits;
    FakeHealth health;
    HttpMetrics metrics;
    Documents documents;
    LiveHub live;
    Services services;
    Router router;
    std::optional<Server> server;
    std::uint16_t port{};
};

/// Of the world that lives now; handlers are plain functions and have nowhere else to look.
Gate& gate();
/// How often POST /things did its work.
std::atomic<int>& work_done();

}  // namespace souk
