#include "persistence/seeder.hpp"

#include <algorithm>
#include <array>

#include <sys/random.h>

#include "persistence/api_key_repository.hpp"
#include "persistence/copy_writer.hpp"
#include "persistence/demo_data.hpp"
#include "persistence/discount_repository.hpp"
#include "persistence/transaction.hpp"

namespace souk {
namespace {

constexpr std::int64_t chunk = 2'000;  // products per round of COPY

// Two seeders at once take turns, for the length of their transactions.
constexpr auto lock = "SELECT pg_advisory_xact_lock(7308620310437388148)";
constexpr auto set_tenant = "SELECT set_config('souk.tenant', $1, true)";
constexpr auto count_demo = "SELECT count(*) FROM products WHERE vendor_id = ANY($1::uuid[])";
constexpr auto any_keys = "SELECT EXISTS (SELECT FROM api_keys WHERE tenant_id = $1)";
constexpr auto any_zones = "SELECT EXISTS (SELECT FROM shipping_zones WHERE tenant_id = $1)";

constexpr auto insert_vendor = R"(
    INSERT INTO vendors (id, name, slug, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING)";
constexpr auto insert_category = R"(
    INSERT INTO categories (id, parent_id, name, slug) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING)";
constexpr auto insert_tax_rule = R"(
    INSERT INTO tax_rules (country, region, name, basis_points, inclusive)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING)";
constexpr auto insert_zone = "INSERT INTO shipping_zones (id, country, name) VALUES ($1, $2, $3)";
constexpr auto insert_method = R"(
    INSERT INTO shipping_methods (zone_id, id, currency, position, name, description,
                                  estimated_days, max_days, rate, is_default, cities)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))";

/// The ids of the demo in a marketplace: they are nobody else's.
struct DemoIds {
    TenantId tenant;

    Uuid operator()(Uuid id) const {
        if (tenant == default_tenant) return id;
        // The random part alone: the version, the variant and the time stay.
        for (std::size_t i = 9; i < id.bytes.size(); ++i) id.bytes[i] ^= tenant.uuid.bytes[i];
        return id;
    }
    template <class Tag>
    Id<Tag> operator()(const Id<Tag>& id) const {
        return {(*this)(id.uuid)};
    }
    DemoProduct operator()(DemoProduct demo) const {
        auto& product = demo.product;
        product.id = (*this)(product.id);
        product.vendor_id = (*this)(product.vendor_id);
        demo.category_id = (*this)(demo.category_id);
        for (auto& variant : product.variants) {
            variant.id = (*this)(variant.id);
            variant.product_id = product.id;
            variant.seller_id = product.vendor_id;
        }
        for (auto& image : product.images) image.id = (*this)(image.id);
        return demo;
    }
};

template <class... Values>
Result<void> run(Connection& db, const char* sql, const Values&... values) {
    if (const auto done = query(db, sql, values...); !done) return done.error();
    return {};
}

Result<void> seed_vendors_and_categories(Connection& db, const DemoIds& ids) {
    for (const auto& vendor : demo_vendors())
        if (const auto done =
                run(db, insert_vendor, ids(vendor.id), vendor.name, vendor.slug, demo_time(0));
            !done)
            return done.error();
    for (const auto& category : demo_categories()) {
        std::optional<Uuid> parent;
        if (category.parent_id) parent = ids(*category.parent_id);
        if (const auto done =
                run(db, insert_category, ids(category.id), parent, category.name, category.slug);
            !done)
            return done.error();
    }
    return {};
}

Result<void> seed_zone(Connection& db, const DemoIds& ids, const ShippingZone& zone,
                       std::int64_t number) {
    const auto id = ids(demo_id(DemoThing::zone, number));
    if (const auto done = run(db, insert_zone, id, zone.country, zone.name); !done)
        return done.error();
    std::int64_t position = 0;
    for (const auto& method : zone.methods)
        if (const auto done = run(db, insert_method, id, method.id, method.currency, ++position,
                                  method.name, method.description, method.estimated_days,
                                  method.max_days, method.rate, method.is_default, method.cities);
            !done)
            return done.error();
    return {};
}

Result<void> seed_tables(Connection& db, const DemoIds& ids) {
    const auto present = query(db, any_zones, ids.tenant);
    if (!present) return present.error();
    if (present->front().get<bool>(0)) return {};
    const auto tables = demo_price_tables();
    for (const auto& rule : tables.tax_rules)
        if (const auto done = run(db, insert_tax_rule, rule.country, rule.region, rule.name,
                                  rule.rate.basis_points, rule.rate.inclusive);
            !done)
            return done.error();
    for (std::size_t i = 0; i < tables.zones.size(); ++i)
        if (const auto done = seed_zone(db, ids, tables.zones[i], static_cast<std::int64_t>(i));
            !done)
            return done.error();
    return {};
}

Result<void> seed_discounts(Connection& db, const DemoIds& ids) {
    for (auto discount : demo_discounts()) {
        discount.id = ids(discount.id);
        if (const auto added = insert_discount(db, ids.tenant, discount, demo_time(0)); !added)
            return added.error();
    }
    return {};
}

Result<void> finished(CopyWriter& copy) {
    if (const auto rows = copy.finish(); !rows) return rows.error();
    return {};
}

Result<void> copy_products(Connection& db, const std::vector<DemoProduct>& batch) {
    CopyWriter copy(db,
                    "products (id, vendor_id, category_id, name, slug, description, price, "
                    "compare_at_price, currency, tags, status, seo_title, seo_description, "
                    "ingredients, skin_types, skin_concerns, how_to_use, rating_hundredths, "
                    "review_count, created_at, updated_at, version)");
    for (const auto& demo : batch) {
        const auto& product = demo.product;
        copy.add(product.id, product.vendor_id, demo.category_id, product.name, product.slug,
                 product.description, product.price, product.compare_at_price, product.currency,
                 product.tags, product.status, product.seo_title, product.seo_description,
                 product.ingredients, product.skin_types, product.concerns, product.how_to_use,
                 product.rating_hundredths, product.review_count, product.created_at,
                 product.updated_at, product.version);
    }
    return finished(copy);
}

Result<void> copy_variants(Connection& db, const std::vector<DemoProduct>& batch) {
    CopyWriter copy(db,
                    "product_variants (id, product_id, position, name, sku, price, weight_grams)");
    for (const auto& demo : batch) {
        std::int64_t position = 0;
        for (const auto& variant : demo.product.variants)
            copy.add(variant.id, variant.product_id, ++position, variant.name, variant.sku,
                     variant.price, variant.weight_grams);
    }
    return finished(copy);
}

Result<void> copy_images(Connection& db, const std::vector<DemoProduct>& batch) {
    CopyWriter copy(db, "product_images (id, product_id, url, alt_text, sort_order)");
    for (const auto& demo : batch)
        for (const auto& image : demo.product.images)
            copy.add(image.id, demo.product.id, image.url, image.alt_text, image.sort_order);
    return finished(copy);
}

Result<void> copy_stock(Connection& db, const std::vector<DemoProduct>& batch) {
    CopyWriter copy(db, "stock (variant_id, seller_id, on_hand)");
    for (const auto& demo : batch)
        for (std::size_t i = 0; i < demo.on_hand.size(); ++i)
            copy.add(demo.product.variants[i].id, demo.product.vendor_id, demo.on_hand[i]);
    return finished(copy);
}

/// The ledger begins with what was there, so that its sum is what is on hand.
Result<void> copy_movements(Connection& db, const DemoIds& ids,
                            const std::vector<DemoProduct>& batch, std::int64_t first) {
    CopyWriter copy(db,
                    "movements (id, variant_id, seller_id, kind, quantity, balance, reason, at)");
    std::int64_t number = first * 3;
    for (const auto& demo : batch)
        for (std::size_t i = 0; i < demo.on_hand.size(); ++i)
            copy.add(ids(demo_id(DemoThing::movement, number++)), demo.product.variants[i].id,
                     demo.product.vendor_id, MovementKind::received, demo.on_hand[i],
                     demo.on_hand[i], "opening stock", demo.product.created_at);
    return finished(copy);
}

Result<void> copy_chunk(Connection& db, const DemoIds& ids, std::int64_t first, std::int64_t end) {
    std::vector<DemoProduct> batch;
    for (auto number = first; number < end; ++number) batch.push_back(ids(demo_product(number)));
    if (const auto done = copy_products(db, batch); !done) return done.error();
    if (const auto done = copy_variants(db, batch); !done) return done.error();
    if (const auto done = copy_images(db, batch); !done) return done.error();
    if (const auto done = copy_stock(db, batch); !done) return done.error();
    return copy_movements(db, ids, batch, first);
}

Result<std::int64_t> demo_products_present(Connection& db, const DemoIds& ids) {
    std::vector<VendorId> vendors;
    for (const auto& vendor : demo_vendors()) vendors.push_back(ids(vendor.id));
    const auto rows = query(db, count_demo, vendors);
    if (!rows) return rows.error();
    return rows->front().get<std::int64_t>(0);
}

/// Products from the first that is missing; returns how many there are then.
Result<std::int64_t> seed_products(Connection& db, const DemoIds& ids, std::int64_t wanted,
                                   std::int64_t present, const SeedProgress& progress) {
    for (auto first = present; first < wanted; first += chunk) {
        const auto end = std::min(first + chunk, wanted);
        if (const auto done = copy_chunk(db, ids, first, end); !done) return done.error();
        if (progress) progress(std::to_string(end) + " of " + std::to_string(wanted) + " products");
    }
    if (present >= wanted && progress) progress("already seeded");
    return std::max(present, wanted);
}

Result<std::string> make_secret() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, 24> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return Error{ErrorCode::unavailable, "the system gives no randomness"};
    std::string secret;
    for (const auto byte : bytes) {
        secret.push_back(digits[byte >> 4]);
        secret.push_back(digits[byte & 0x0f]);
    }
    return secret;
}

Result<ApiKeyId> make_key_id(TimePoint now) {
    std::array<std::uint64_t, 2> words{};
    if (getrandom(words.data(), sizeof words, 0) != static_cast<ssize_t>(sizeof words))
        return Error{ErrorCode::unavailable, "the system gives no randomness"};
    return ApiKeyId{uuid_v7(now, words[0], words[1])};
}

Result<SeededKey> seed_key(Connection& db, const SeedOptions& options, TimePoint now,
                           SeededKey key) {
    const auto id = make_key_id(now);
    if (!id) return id.error();
    auto secret = make_secret();
    if (!secret) return secret.error();
    key.id = *id;
    key.secret = std::move(*secret);
    const auto done = insert_api_key(db, {.tenant = options.tenant,
                                          .id = key.id,
                                          .name = key.name,
                                          .secret_hash = options.hash_secret(key.secret),
                                          .scopes = key.scopes,
                                          .vendor_id = key.vendor,
                                          .created_at = now});
    if (!done) return done.error();
    return key;
}

Result<std::vector<SeededKey>> seed_keys(Connection& db, const SeedOptions& options,
                                         TimePoint now) {
    std::vector<SeededKey> keys;
    const auto present = query(db, any_keys, options.tenant);
    if (!present) return present.error();
    if (present->front().get<bool>(0) && !options.new_keys) return keys;

    std::vector<SeededKey> wanted{
        {.name = "Operator",
         .scopes = {"admin", "inventory:read", "inventory:write", "inventory:reserve",
                    "orders:read", "orders:write", "payments:read", "payments:write"}},
        {.name = "Partner", .scopes = {"inventory:reserve"}},
        {.name = "Console viewer", .scopes = {"console:view"}},
        {.name = "Console operator", .scopes = {"console:view", "console:operate"}},
        {.name = "Console admin", .scopes = {"console:view", "console:operate", "console:admin"}}};
    for (const auto& vendor : demo_vendors())
        wanted.push_back({.name = std::string(vendor.name),
                          .scopes = {"inventory:read", "inventory:write", "orders:read"},
                          .vendor = DemoIds{options.tenant}(vendor.id)});
    for (auto& key : wanted) {
        auto made = seed_key(db, options, now, std::move(key));
        if (!made) return made.error();
        keys.push_back(std::move(*made));
    }
    return keys;
}

Result<SeedReport> seed_all(Connection& db, const SeedOptions& options, TimePoint now,
                            const SeedProgress& progress) {
    const DemoIds ids{options.tenant};
    if (const auto done = seed_vendors_and_categories(db, ids); !done) return done.error();
    if (const auto done = seed_tables(db, ids); !done) return done.error();
    if (const auto done = seed_discounts(db, ids); !done) return done.error();
    const auto before = demo_products_present(db, ids);
    if (!before) return before.error();
    const auto after = seed_products(db, ids, options.products, *before, progress);
    if (!after) return after.error();
    auto keys = seed_keys(db, options, now);
    if (!keys) return keys.error();
    return SeedReport{*after - *before, *after, std::move(*keys)};
}

}  // namespace

Result<SeedReport> seed(Connection& db, const SeedOptions& options, TimePoint now,
                        const SeedProgress& progress) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (const auto locked = db.run_script(lock); !locked) return locked.error();
    // What is written without a tenant is this one's.
    if (const auto set = query(db, set_tenant, options.tenant); !set) return set.error();
    auto report = seed_all(db, options, now, progress);
    if (!report) return report;
    if (const auto done = transaction->commit(); !done) return done.error();
    if (report->products_added == 0) return report;
    // Fresh statistics, or the first pages are planned for empty tables.
    const auto analyzed =
        db.run_script("ANALYZE products, product_variants, product_images, stock");
    if (!analyzed) return analyzed.error();
    return report;
}

}  // namespace souk
