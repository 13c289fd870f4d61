#include "persistence/demo_data.hpp"

#include <cctype>

namespace souk {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t seed = 0x536f756b44656d6f;  // "SoukDemo"

/// SplitMix64: one step of a generator whose state is a plain number.
std::uint64_t mixed(std::uint64_t state) {
    state += 0x9e3779b97f4a7c15;
    state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
    state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
    return state ^ (state >> 31);
}

std::uint64_t number_for(DemoThing thing, std::int64_t number, std::uint64_t salt) {
    return mixed(mixed(seed ^ salt) ^ (static_cast<std::uint64_t>(thing) << 56) ^
                 static_cast<std::uint64_t>(number));
}

struct Kind {
    std::string_view noun;
    std::size_t category;
    std::array<std::string_view, 3> sizes;
    std::string_view how_to_use;
};

constexpr std::array<Kind, 10> kinds{{
    {"Serum", 1, {"30ml", "50ml", "100ml"}, "Apply 2-3 drops to clean skin every morning"},
    {"Cleanser", 2, {"100ml", "200ml", "400ml"}, "Massage onto wet skin, then rinse"},
    {"Cream", 3, {"30ml", "50ml", "75ml"}, "Smooth over face and neck in the evening"},
    {"Sunscreen", 4, {"50ml", "100ml", "150ml"}, "Apply generously before going out"},
    {"Face Mask", 0, {"1 piece", "5 pieces", "10 pieces"}, "Leave on for fifteen minutes"},
    {"Night Serum", 1, {"15ml", "30ml", "50ml"}, "Apply to clean skin before sleep"},
    {"Foam", 2, {"100ml", "150ml", "250ml"}, "Pump once, lather, rinse"},
    {"Balm", 3, {"15ml", "30ml", "60ml"}, "Warm between the fingers and press in"},
    {"Sun Stick", 4, {"15g", "20g", "25g"}, "Swipe over face and hands every two hours"},
    {"Toner", 0, {"100ml", "200ml", "300ml"}, "Sweep over the face with a cotton pad"},
}};

struct Active {
    std::string_view name;
    std::string_view ingredient;
    std::string_view concern;
    std::string_view tag;
    std::string_view skin_type;
};

constexpr std::array<Active, 12> actives{{
    {"Vitamin C", "Ascorbic Acid", "dark-spots", "brightening", "normal"},
    {"Hyaluronic", "Hyaluronic Acid", "dryness", "hydrating", "dry"},
    {"Retinol", "Retinol", "fine-lines", "anti-aging", "mature"},
    {"Niacinamide", "Niacinamide", "large-pores", "balancing", "oily"},
    {"Green Tea", "Camellia Sinensis", "redness", "soothing", "sensitive"},
    {"Dead Sea Mineral", "Maris Sal", "dullness", "purifying", "combination"},
    {"Olive Oil", "Olea Europaea", "dryness", "nourishing", "dry"},
    {"Rose Water", "Rosa Damascena", "redness", "calming", "sensitive"},
    {"Argan", "Argania Spinosa", "roughness", "nourishing", "mature"},
    {"Salicylic", "Salicylic Acid", "acne", "clarifying", "oily"},
    {"Ceramide", "Ceramide NP", "barrier", "repairing", "dry"},
    {"Peptide", "Palmitoyl Pentapeptide-4", "fine-lines", "firming", "mature"},
}};

constexpr std::array<std::string_view, 8> lines{"Daily",  "Gentle", "Intense", "Pure",
                                                "Velvet", "Bright", "Calm",    "Essential"};

// From scarce to deep; seven of them, so that they fall on products and sizes in every combination.
constexpr std::array<std::int64_t, 7> stock_levels{150, 40, 10'000, 3, 800, 12, 2'500};

template <class List>
const auto& pick(const List& list, std::int64_t number) {
    return list[static_cast<std::size_t>(number) % list.size()];
}

std::string slug_of(std::string_view name) {
    std::string slug;
    for (const char character : name) {
        const auto letter = static_cast<unsigned char>(character);
        slug.push_back(std::isalnum(letter) != 0 ? static_cast<char>(std::tolower(letter)) : '-');
    }
    return slug;
}

std::string padded(std::int64_t number) {
    auto text = std::to_string(number);
    return std::string(text.size() < 6 ? 6 - text.size() : 0, '0') + text;
}

/// Dollars end in 50 or 00 cents; dinars are dearer and have three digits after the point.
Amount price_of(std::int64_t number, Currency currency) {
    const auto step = static_cast<Amount>(number_for(DemoThing::product, number, 1) % 180);
    return currency.text() == "JOD" ? 2'000 + step * 250 : 550 + step * 50;
}

void add_variants(DemoProduct& demo, std::int64_t number, const Kind& kind) {
    auto& product = demo.product;
    for (std::int64_t i = 0; i < 3; ++i) {
        const auto place = number * 3 + i;
        product.variants.push_back(
            {.id = {demo_id(DemoThing::variant, place)},
             .product_id = product.id,
             .seller_id = product.vendor_id,
             .name = std::string(pick(kind.sizes, i)),
             .sku = "DEMO-" + padded(number + 1) + "-" + std::to_string(i + 1),
             .price = product.price + product.price * i * 3 / 5,
             .currency = product.currency,
             .weight_grams = 80 * (i + 1)});
        demo.on_hand.push_back(pick(stock_levels, place));
    }
}

void add_images(Product& product, std::int64_t number) {
    for (std::int64_t i = 0; i < 1 + number % 2; ++i)
        product.images.push_back({{demo_id(DemoThing::image, number * 2 + i)},
                                  "https://cdn.souk.example/products/" + product.slug + "-" +
                                      std::to_string(i + 1) + ".webp",
                                  product.name,
                                  i + 1});
}

ShippingMethod method(std::string id, std::string name, std::string description, std::string days,
                      std::int64_t max_days, Amount rate) {
    return {.id = std::move(id),
            .name = std::move(name),
            .description = std::move(description),
            .estimated_days = std::move(days),
            .max_days = max_days,
            .rate = rate};
}

/// The same methods in dollars and in dinars, at the same figures, as in 001.
void add_in_both_currencies(ShippingZone& zone, ShippingMethod method) {
    for (const auto* currency : {"USD", "JOD"}) {
        method.currency = currency;
        zone.methods.push_back(method);
    }
}

ShippingZone jordan() {
    ShippingZone zone{"JO", "Jordan", {}};
    auto standard = method("standard", "Standard Delivery", "3-5 business days", "3-5", 5, 500);
    standard.is_default = true;
    auto same_day =
        method("same_day", "Same Day Delivery", "Within Amman only", "Same day", 0, 1'500);
    same_day.cities = {"Amman"};
    add_in_both_currencies(zone, standard);
    add_in_both_currencies(
        zone, method("express", "Express Delivery", "1-2 business days", "1-2", 2, 1'000));
    add_in_both_currencies(zone, same_day);
    return zone;
}

ShippingZone abroad(std::string country, std::string name, Amount standard_rate) {
    ShippingZone zone{std::move(country), std::move(name), {}};
    auto standard =
        method("standard", "Standard Delivery", "5-8 business days", "5-8", 8, standard_rate);
    standard.is_default = true;
    add_in_both_currencies(zone, standard);
    add_in_both_currencies(zone, method("express", "Express Delivery", "2-3 business days", "2-3",
                                        3, standard_rate * 3));
    return zone;
}

}  // namespace

Uuid demo_id(DemoThing thing, std::int64_t number) {
    return uuid_v7(demo_time(number), number_for(thing, number, 2), number_for(thing, number, 3));
}

TimePoint demo_time(std::int64_t number) {
    constexpr std::chrono::sys_days first{std::chrono::year{2025} / 1 / 15};
    return first + 10h + std::chrono::seconds{number};
}

std::array<DemoVendor, 3> demo_vendors() {
    return {{{{demo_id(DemoThing::vendor, 0)}, "Skinior", "skinior"},
             {{demo_id(DemoThing::vendor, 1)}, "Petra Botanics", "petra-botanics"},
             {{demo_id(DemoThing::vendor, 2)}, "Amman Apothecary", "amman-apothecary"}}};
}

std::array<DemoCategory, 5> demo_categories() {
    const auto skincare = demo_id(DemoThing::category, 0);
    return {{{skincare, std::nullopt, "Skincare", "skincare"},
             {demo_id(DemoThing::category, 1), skincare, "Serums", "serums"},
             {demo_id(DemoThing::category, 2), skincare, "Cleansers", "cleansers"},
             {demo_id(DemoThing::category, 3), skincare, "Moisturizers", "moisturizers"},
             {demo_id(DemoThing::category, 4), std::nullopt, "Sun Care", "sun-care"}}};
}

DemoProduct demo_product(std::int64_t number) {
    const auto& kind = pick(kinds, number);
    const auto& active = pick(actives, number / 10 + number);
    const auto& line = pick(lines, number / 120 + number / 10);
    const auto category = demo_categories()[kind.category];

    DemoProduct demo;
    demo.category_id = category.id;
    auto& product = demo.product;
    product.id = {demo_id(DemoThing::product, number)};
    product.vendor_id = pick(demo_vendors(), number).id;
    product.name =
        std::string(line) + " " + std::string(active.name) + " " + std::string(kind.noun);
    product.slug = slug_of(product.name) + "-" + std::to_string(number + 1);
    product.description = product.name + " with " + std::string(active.ingredient) + " against " +
                          std::string(active.concern) + ", for " + std::string(active.skin_type) +
                          " skin.";
    product.currency = (number / 5) % 3 == 2 ? Currency{{'J', 'O', 'D'}} : Currency{};
    product.price = price_of(number, product.currency);
    if (number % 4 == 0) product.compare_at_price = product.price + product.price / 5;
    product.category = category.slug;
    product.tags = {std::string(active.tag), slug_of(active.name), slug_of(line)};
    product.status = "active";
    product.seo_title = product.name + " | Souk";
    product.seo_description = "Buy " + product.name + " online.";
    product.ingredients = {std::string(active.ingredient), "Aqua", "Glycerin"};
    product.skin_types = {std::string(active.skin_type), "combination"};
    product.concerns = {std::string(active.concern)};
    product.how_to_use = kind.how_to_use;
    product.rating_hundredths =
        300 + static_cast<std::int64_t>(number_for(DemoThing::product, number, 4) % 21) * 10;
    product.review_count =
        static_cast<std::int64_t>(number_for(DemoThing::product, number, 5) % 400);
    product.created_at = demo_time(number);
    product.updated_at = product.created_at;
    product.version = 1;
    add_variants(demo, number, kind);
    add_images(product, number);
    return demo;
}

std::vector<Discount> demo_discounts() {
    const Currency usd{};
    std::vector<Discount> discounts;
    const auto add = [&](std::string code, DiscountTerms terms) -> Discount& {
        const auto number = static_cast<std::int64_t>(discounts.size());
        auto& discount = discounts.emplace_back();
        discount.id = {demo_id(DemoThing::discount, number)};
        discount.code = std::move(code);
        discount.terms = terms;
        return discount;
    };
    add("SAVE20", {DiscountType::percentage, 2'000});
    add("WELCOME10", {DiscountType::fixed_amount, 1'000, 5'000, usd}).usage_limit_per_customer = 1;
    add("EXPIRED", {DiscountType::percentage, 5'000}).ends_at = demo_time(0);
    add("ONCE", {DiscountType::percentage, 1'000}).usage_limit = 1;
    return discounts;
}

PriceTables demo_price_tables() {
    PriceTables tables;
    tables.zones = {jordan(), abroad("US", "United States", 700), abroad("DE", "Germany", 600)};
    tables.tax_rules = {{"JO", "", "General sales tax", {800, false}},
                        {"DE", "", "Mehrwertsteuer", {1'900, true}}};
    return tables;
}

}  // namespace souk
