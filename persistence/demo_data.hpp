#pragma once
// The demo marketplace, computed: the same everywhere and at any size, ids included. Product n is
// the same product whether there are two hundred or a hundred thousand.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/checkout.hpp"
#include "domain/discount.hpp"

namespace souk {

struct DemoVendor {
    VendorId id;
    std::string_view name;
    std::string_view slug;
};
struct DemoCategory {
    Uuid id;
    std::optional<Uuid> parent_id;
    std::string_view name;
    std::string_view slug;
};
struct DemoProduct {
    Product product;
    Uuid category_id;
    std::vector<std::int64_t> on_hand;  // of each variant
};

std::array<DemoVendor, 3> demo_vendors();
std::array<DemoCategory, 5> demo_categories();
DemoProduct demo_product(std::int64_t number);
/// 001's shipping methods for Jordan, two more zones, and three ways of tax.
PriceTables demo_price_tables();
/// A code for every kind of answer: in percent, a sum once per customer, one that has ended, and
/// one for a single use.
std::vector<Discount> demo_discounts();

enum class DemoThing : std::uint64_t {
    vendor = 1,
    category,
    product,
    variant,
    image,
    movement,
    zone,
    discount
};
/// The n-th thing of a kind.
Uuid demo_id(DemoThing thing, std::int64_t number);
/// When the n-th product was listed: one a second.
TimePoint demo_time(std::int64_t number);

}  // namespace souk
