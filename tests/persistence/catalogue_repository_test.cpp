#include "persistence/catalogue_repository.hpp"

#include <algorithm>
#include <functional>

#include "persistence/demo_data.hpp"
#include "persistence/seeder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/private_services.hpp"

using namespace souk;

namespace {

constexpr std::int64_t products = 200;
const TimePoint now = *parse_rfc3339("2026-01-15T10:00:00Z");

void seed_demo(Connection& db) {
    REQUIRE(seed(db, {.products = products, .hash_secret = [](auto) { return Digest{}; }}, now));
}

std::vector<ProductId> expected(const std::function<bool(const DemoProduct&)>& wanted) {
    std::vector<ProductId> ids;
    for (std::int64_t number = 0; number < products; ++number)
        if (const auto demo = demo_product(number); wanted(demo)) ids.push_back(demo.product.id);
    std::ranges::sort(ids);
    return ids;
}

void check_filter(Connection& db, ProductFilter filter,
                  const std::function<bool(const DemoProduct&)>& wanted) {
    filter.tenant = default_tenant;
    auto found = find_product_ids(db, filter, {.limit = products});
    REQUIRE(found);
    std::ranges::sort(*found);
    const auto ids = expected(wanted);
    CHECK(*found == ids);
    CHECK(*count_products(db, filter) == static_cast<std::int64_t>(ids.size()));
}

}  // namespace

TEST_CASE("each filter lists exactly what it names", "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    const auto sample = demo_product(7).product;

    check_filter(db, {}, [](const auto&) { return true; });
    check_filter(db, {.category = "serums"},
                 [](const auto& demo) { return demo.product.category == "serums"; });
    check_filter(db, {.category = "nothing"}, [](const auto&) { return false; });
    check_filter(db, {.min_price = sample.price},
                 [&](const auto& demo) { return demo.product.price >= sample.price; });
    check_filter(db, {.max_price = sample.price},
                 [&](const auto& demo) { return demo.product.price <= sample.price; });
    check_filter(db, {.currency = "JOD"},
                 [](const auto& demo) { return demo.product.currency.text() == "JOD"; });
    check_filter(db, {.tags = {sample.tags[0], sample.tags[2]}}, [&](const auto& demo) {
        const auto& tags = demo.product.tags;
        return std::ranges::count(tags, sample.tags[0]) && std::ranges::count(tags, sample.tags[2]);
    });
    check_filter(db, {.vendor = sample.vendor_id},
                 [&](const auto& demo) { return demo.product.vendor_id == sample.vendor_id; });
    check_filter(db, {.min_rating_hundredths = 450},
                 [](const auto& demo) { return demo.product.rating_hundredths >= 450; });
    check_filter(db, {.category = "serums", .max_price = 5'000, .currency = "USD"},
                 [](const auto& demo) {
                     return demo.product.category == "serums" && demo.product.price <= 5'000 &&
                            demo.product.currency.text() == "USD";
                 });
}

TEST_CASE("a category lists its whole subtree", "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    check_filter(db, {.category = "skincare"},
                 [](const auto& demo) { return demo.product.category != "sun-care"; });
}

TEST_CASE("a search finds every word anywhere, and takes no wildcards",
          "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    check_filter(db, {.search = "vitamin SERUM"}, [](const auto& demo) {
        return demo.product.name.find("Vitamin C") != std::string::npos &&
               demo.product.name.find("Serum") != std::string::npos;
    });
    check_filter(db, {.search = "%"}, [](const auto&) { return false; });
    check_filter(db, {.search = "_"}, [](const auto&) { return false; });
    check_filter(db, {.search = "\\"}, [](const auto&) { return false; });
    check_filter(db, {.search = "   "}, [](const auto&) { return true; });
    check_filter(db, {.search = "'; DROP TABLE products; --"}, [](const auto&) { return false; });
}

TEST_CASE("in stock means that some variant can be bought", "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    const auto sold_out = demo_product(3).product;
    REQUIRE(query(
        db, "UPDATE stock SET reserved = on_hand WHERE variant_id = ANY($1::uuid[])",
        std::vector{sold_out.variants[0].id, sold_out.variants[1].id, sold_out.variants[2].id}));
    REQUIRE(query(db, "UPDATE stock SET reserved = on_hand WHERE variant_id = $1",
                  demo_product(4).product.variants[0].id));
    check_filter(db, {.in_stock = true},
                 [&](const auto& demo) { return demo.product.id != sold_out.id; });
    check_filter(db, {.in_stock = false},
                 [&](const auto& demo) { return demo.product.id == sold_out.id; });
}

TEST_CASE("only active products are listed, found by slug and offered",
          "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    const auto hidden = demo_product(5).product;
    const auto shown = demo_product(6).product;
    REQUIRE(query(db, "UPDATE products SET status = 'archived' WHERE id = $1", hidden.id));
    check_filter(db, {}, [&](const auto& demo) { return demo.product.id != hidden.id; });
    CHECK_FALSE(*find_product_by_slug(db, default_tenant, hidden.slug));
    CHECK(*find_product_by_slug(db, default_tenant, shown.slug) == shown.id);
    CHECK_FALSE(*find_offer(db, default_tenant, hidden.variants[0].id));
    CHECK_FALSE(*find_offer(db, default_tenant, VariantId{}));
}

TEST_CASE("every sort goes both ways and its pages do not overlap", "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    for (const auto sort : {CatalogueSort::created_at, CatalogueSort::price, CatalogueSort::name}) {
        std::vector<ProductId> up;
        for (std::int64_t offset = 0; offset < products; offset += 70) {
            const auto page =
                find_product_ids(db, {.tenant = default_tenant},
                                 {.sort = sort, .ascending = true, .limit = 70, .offset = offset});
            REQUIRE(page);
            up.insert(up.end(), page->begin(), page->end());
        }
        REQUIRE(up.size() == products);
        const auto down =
            find_product_ids(db, {.tenant = default_tenant}, {.sort = sort, .limit = products});
        REQUIRE(down);
        CHECK(std::ranges::equal(up.rbegin(), up.rend(), down->begin(), down->end()));

        const auto whole = find_products(db, default_tenant, up);
        REQUIRE(whole);
        for (std::size_t i = 1; i < whole->size(); ++i) {
            const auto& before = (*whole)[i - 1];
            const auto& after = (*whole)[i];
            if (sort == CatalogueSort::created_at) CHECK(before.created_at <= after.created_at);
            if (sort == CatalogueSort::price) CHECK(before.price <= after.price);
        }
    }
}

TEST_CASE("products come whole and in the order asked for", "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    const auto first = demo_product(9).product;
    const auto second = demo_product(2).product;
    const auto found = find_products(db, default_tenant, {first.id, ProductId{}, second.id});
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    CHECK(found->at(1).id == second.id);
    const auto& product = found->at(0);
    CHECK(product.id == first.id);
    CHECK(product.vendor_id == first.vendor_id);
    CHECK(product.name == first.name);
    CHECK(product.slug == first.slug);
    CHECK(product.description == first.description);
    CHECK(product.price == first.price);
    CHECK(product.compare_at_price == first.compare_at_price);
    CHECK(product.currency == first.currency);
    CHECK(product.category == first.category);
    CHECK(product.tags == first.tags);
    CHECK(product.status == "active");
    CHECK(product.seo_title == first.seo_title);
    CHECK(product.seo_description == first.seo_description);
    CHECK(product.ingredients == first.ingredients);
    CHECK(product.skin_types == first.skin_types);
    CHECK(product.concerns == first.concerns);
    CHECK(product.how_to_use == first.how_to_use);
    CHECK(product.rating_hundredths == first.rating_hundredths);
    CHECK(product.review_count == first.review_count);
    CHECK(product.created_at == first.created_at);
    CHECK(product.version == 1);
    REQUIRE(product.variants.size() == 3);
    CHECK(product.variants[2].id == first.variants[2].id);
    CHECK(product.variants[2].sku == first.variants[2].sku);
    CHECK(product.variants[2].price == first.variants[2].price);
    CHECK(product.variants[2].seller_id == first.vendor_id);
    REQUIRE(product.images.size() == first.images.size());
    CHECK(product.images[0].url == first.images[0].url);
}

TEST_CASE("an offer is the vendor's, with the first image", "[persistence][catalogue]") {
    TestDatabase database;
    auto db = database.connect();
    seed_demo(db);
    const auto product = demo_product(9).product;
    const auto& variant = product.variants[1];
    const auto offer = find_offer(db, default_tenant, variant.id);
    REQUIRE(offer);
    REQUIRE(*offer);
    CHECK((*offer)->product_id == product.id);
    CHECK((*offer)->seller_id == product.vendor_id);
    CHECK((*offer)->unit_price == variant.price);
    CHECK((*offer)->currency == product.currency);
    CHECK((*offer)->product_name == product.name);
    CHECK((*offer)->product_image == product.images[0].url);
    CHECK((*offer)->product_slug == product.slug);
    CHECK((*offer)->variant_name == variant.name);
    CHECK((*offer)->sku == variant.sku);
}
