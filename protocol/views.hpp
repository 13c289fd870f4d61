#pragma once
// What the HTTP side reads that is not an entity: catalogue, tables, keys, limits, health.
// `app` implements these with persistence; every call answers through its promise, on any thread.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/audit.hpp"
#include "domain/catalogue.hpp"
#include "domain/checkout.hpp"
#include "domain/payment.hpp"
#include "domain/stock.hpp"
#include "domain/tenant.hpp"
#include "protocol/answer.hpp"

namespace souk {

/// 001's filters, sorts and pages of GET /products, already checked.
struct ProductQuery {
    TenantId tenant;
    std::int64_t page{1};
    std::int64_t limit{20};
    std::string category;  // slug; empty: all
    std::optional<Amount> min_price;
    std::optional<Amount> max_price;
    std::string search;
    std::string sort_by{"created_at"};  // price, name, created_at
    bool ascending{false};
    std::optional<bool> in_stock;
    std::string currency;           // empty: all
    std::vector<std::string> tags;  // all of them
    std::optional<VendorId> vendor;
    std::optional<std::int64_t> min_rating_hundredths;
};

/// A product as JSON, rendered once when it is read: as in a list and as on its own page.
struct ProductJson {
    std::string summary;
    std::string detail;
    Version version{};  // of the product and its stock together, see product_version
    std::vector<VariantId> variants{};
};

struct ProductPage {
    std::vector<std::shared_ptr<const ProductJson>> products;
    std::int64_t total{};
};

class Catalogue {
public:
    virtual ~Catalogue() = default;
    virtual void list(ProductQuery query, Promise<Result<ProductPage>> page) = 0;
    virtual void product(const OfTenant<ProductId>& id,
                         Promise<Result<std::shared_ptr<const ProductJson>>> found) = 0;
    /// From the rows and the live stock, whatever a cache says.
    virtual void product_now(const OfTenant<ProductId>& id,
                             Promise<Result<std::shared_ptr<const ProductJson>>> found) = 0;
    virtual void product_by_slug(OfTenant<std::string> slug,
                                 Promise<Result<std::shared_ptr<const ProductJson>>> found) = 0;
    /// An offer of a variant by its product's vendor; `not_found` unless the product is active.
    virtual void offer(const OfTenant<VariantId>& id,
                       Promise<Result<std::shared_ptr<const Offer>>> found) = 0;
};

struct ReservationLines {
    std::vector<ReservationLine> lines;
    std::vector<ReservationState> states;
};

struct MovementRow {
    Movement movement;
    std::int64_t balance{};  // on hand after it
    std::int64_t sequence{};
    TimePoint at;
};
struct MovementPage {
    std::vector<MovementRow> rows;  // newest first
    std::int64_t total{};
    std::string next_cursor;  // empty: the last page
};
struct PageQuery {
    std::int64_t page{1};
    std::int64_t limit{20};
    std::string cursor;
};

struct LowStockRow {
    StockView stock;
    ProductId product_id;
    std::string sku;
    std::string name;
};
struct LowStockPage {
    std::vector<LowStockRow> rows;
    std::int64_t total{};
};

class InventoryReports {
public:
    virtual ~InventoryReports() = default;
    virtual void movements(const OfTenant<StockKey>& key, PageQuery query,
                           Promise<Result<MovementPage>> page) = 0;
    /// Of one vendor, or of all.
    virtual void low_stock(const TenantId& tenant, std::optional<VendorId> vendor, PageQuery query,
                           Promise<Result<LowStockPage>> page) = 0;
};

/// Zones, methods and tax rules of each marketplace; the current whole, swapped when it changes.
class Tables {
public:
    virtual ~Tables() = default;
    virtual std::shared_ptr<const PriceTables> current(const TenantId& tenant) const = 0;
};

/// An API key as the authentication stage finds it.
struct ApiKey {
    TenantId tenant{default_tenant};
    ApiKeyId id;
    std::array<unsigned char, 32> secret_hash{};                     // SHA-256
    std::optional<std::array<unsigned char, 32>> old_secret_hash{};  // which still holds
    std::string name;
    std::vector<std::string> scopes;  // "inventory:write", "orders:read", "admin"
    std::optional<VendorId> vendor;   // set: may touch only this vendor's things
    std::int64_t requests_per_minute{};
    bool revoked{false};  // or suspended, or expired
};
class ApiKeys {
public:
    virtual ~ApiKeys() = default;
    virtual void find(const OfTenant<ApiKeyId>& id,
                      Promise<Result<std::shared_ptr<const ApiKey>>> found) = 0;
    /// Its holder has shown it, with the right secret. Cheap: it is noted, and written later.
    virtual void used(ApiKeyId id) = 0;
};

/// A step of a payment that waits for an operator.
struct StuckAttempt {
    OrderId order_id;
    std::string order_number;
    PaymentId payment_id;
    PaymentAttempt attempt;
    Amount total{};  // of the order
    Currency currency;
};
struct StuckPage {
    std::vector<StuckAttempt> rows;  // longest waiting first
    std::int64_t total{};
};
class Payments {
public:
    virtual ~Payments() = default;
    /// The order that a payment belongs to; `not_found` when there is none.
    virtual void order_of(const OfTenant<PaymentId>& id, Promise<Result<OrderId>> found) = 0;
    /// The same by the gateway's name for a way to pay it.
    virtual void order_of_intent(const TenantId& tenant, PaymentMethod gateway, std::string intent,
                                 Promise<Result<OrderId>> found) = 0;
    virtual void stuck(const TenantId& tenant, PageQuery query,
                       Promise<Result<StuckPage>> page) = 0;
};

struct DiscountPage {
    std::vector<DiscountView> rows;  // newest first
    std::int64_t total{};
};
class DiscountReports {
public:
    virtual ~DiscountReports() = default;
    virtual void list(const TenantId& tenant, PageQuery query,
                      Promise<Result<DiscountPage>> page) = 0;
};

/// A marketplace just made, and the key of its first operator, which is nowhere else.
struct MadeTenant {
    Tenant tenant;
    std::string api_key;
};
/// Which marketplaces there are; a moment old.
class Tenants {
public:
    virtual ~Tenants() = default;
    virtual std::optional<TenantId> of_host(std::string_view host) const = 0;
    /// By slug or by id.
    virtual std::optional<TenantId> named(std::string_view name) const = 0;
    virtual std::vector<Tenant> all() const = 0;
    /// `conflict` when the slug or one of the hosts is taken. Its id is the caller's to choose.
    virtual void create(Tenant tenant, AuditEntry audit, Promise<Result<MadeTenant>> made) = 0;
    /// `not_found` when there is none of that id, `conflict` when one of the hosts is another's.
    virtual void change(TenantId id, TenantChange change, AuditEntry audit,
                        Promise<Result<Tenant>> changed) = 0;
};

/// Takes what gateways tell of their own accord.
class Webhooks {
public:
    virtual ~Webhooks() = default;
    /// `signature` is Stripe-Signature, `body` raw as it came. Answered after the commit of its
    /// effect: 200 also for an event that came before. `unauthenticated` for a signature by none of
    /// our secrets or of the wrong time, `invalid_input` for one or a body that cannot be read,
    /// `unprocessable` for a type we do not know, `unavailable` to be told again later.
    virtual void stripe(std::string signature, std::string body, Reply reply) = 0;
};

/// One taking from a token bucket.
struct RateDecision {
    bool allowed{true};
    std::int64_t limit{};
    std::int64_t remaining{};
    std::int64_t reset_s{};  // until the bucket is full, or a token is there when refused
};
class RateLimits {
public:
    virtual ~RateLimits() = default;
    /// Takes one token of `bucket`, which refills to `per_minute`. Answers at once when it can.
    virtual void take(std::string bucket, std::int64_t per_minute,
                      Promise<Result<RateDecision>> decision) = 0;
    /// Is it known here, without asking anybody, that the bucket has no token now?
    virtual bool is_closed(const std::string& bucket, std::int64_t per_minute) = 0;
};

struct ComponentHealth {
    std::string name;     // "postgresql", "redis", "lane"
    bool required{true};  // not ready without it
    bool up{false};
    std::string detail;
};
class Health {
public:
    virtual ~Health() = default;
    virtual std::vector<ComponentHealth> check() const = 0;
};

/// Everything in the Prometheus text format, gathered when asked for.
class Metrics {
public:
    virtual ~Metrics() = default;
    virtual std::string text() const = 0;
    virtual void request_done(std::string_view method, std::string_view route, int status,
                              double seconds) = 0;
};

}  // namespace souk
