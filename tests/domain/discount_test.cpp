#include "domain/discount.hpp"

#include <random>

#include "domain/cart.hpp"
#include "domain/checkout.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const Currency usd{};

DiscountTerms percent(std::int64_t value, Amount minimum = 0) {
    return discount_terms(DiscountType::percentage, value, minimum, usd).value();
}

DiscountTerms fixed(Amount value) {
    return discount_terms(DiscountType::fixed_amount, value, 0, usd).value();
}

Discount save20() {
    Discount discount;
    discount.id = DiscountId{uuid_v7(now, 1, 1)};
    discount.code = "SAVE20";
    discount.terms = percent(20, 1'000);
    discount.version = 1;
    return discount;
}

Buyer buyer(std::uint64_t number) {
    return {std::nullopt, "buyer" + std::to_string(number) + "@example.com"};
}

OrderId order(std::uint64_t number) { return OrderId{uuid_v7(now, 2, number)}; }

HoldDiscount hold(std::uint64_t number, const Buyer& who) {
    return {order(number), who, 5'900, usd, now + 10s, save20().terms};
}

Discount after(Discount discount, const DiscountCommand& command, TimePoint at = now) {
    apply(discount, decide(discount, command, at).value());
    return discount;
}

Discount edited(Discount discount, const DiscountEdit& edit) {
    apply(discount, decide(discount, edit, now).value());
    return discount;
}

ErrorCode edit_refusal(const Discount& discount, const DiscountEdit& edit) {
    return decide(discount, edit, now).error().code;
}

ErrorCode quote_refusal(const Discount& discount, Amount subtotal = 5'900, TimePoint at = now,
                        Currency currency = usd) {
    return quote_discount(discount, buyer(1), subtotal, currency, at).error().code;
}

CartItem line(std::uint64_t number, Amount price, std::int64_t quantity = 1) {
    CartItem item;
    item.id = CartItemId{uuid_v7(now, 3, number)};
    item.offer.variant_id = VariantId{uuid_v7(now, 4, number)};
    item.offer.seller_id = VendorId{uuid_v7(now, 5, number % 3)};
    item.offer.unit_price = price;
    item.quantity = quantity;
    item.total_price = price * quantity;
    return item;
}

Cart cart_of(const std::vector<CartItem>& items) {
    auto cart = decide(Cart{}, CreateCart{CartId{}, {}, usd, now + 24h}, now).value();
    for (const auto& item : items)
        cart =
            decide(cart, AddCartItem{item.id, item.offer, item.quantity, 1'000, {}}, now).value();
    return cart;
}

Cart with(const Cart& cart, const DiscountTerms& terms) {
    return decide(cart, ApplyDiscount{{DiscountId{}, "CODE", terms}}, now).value();
}

}  // namespace

TEST_CASE("001's sample: twenty percent of 5900 is 1180", "[domain][discount]") {
    const auto quote = quote_discount(save20(), buyer(1), 5'900, usd, now).value();
    CHECK(discount_on(quote.terms, 5'900) == 1'180);
    const auto cart = with(cart_of({line(1, 2'950, 2)}), quote.terms);
    CHECK(cart.totals == Totals{5'900, 1'180, 0, 0, 4'720});
}

TEST_CASE("terms are stated in whole percent or minor units, within bounds", "[domain][discount]") {
    CHECK(percent(20).value == 2'000);
    CHECK(percent(100).value == 10'000);
    CHECK(discount_terms(DiscountType::percentage, 0, 0, {}).has_error());
    CHECK(discount_terms(DiscountType::percentage, 101, 0, {}).has_error());
    CHECK(discount_terms(DiscountType::fixed_amount, 100, 0, {}).has_error());
    CHECK(discount_terms(DiscountType::fixed_amount, max_amount + 1, 0, usd).has_error());
    CHECK(discount_terms(DiscountType::percentage, 10, 100, {}).has_error());
    CHECK(discount_terms(DiscountType::percentage, 10, 0, {}).has_value());
}

TEST_CASE("a code is refused for the reason that holds", "[domain][discount]") {
    CHECK(quote_refusal(Discount{}) == ErrorCode::invalid_input);
    auto discount = save20();
    discount.active = false;
    CHECK(quote_refusal(discount) == ErrorCode::invalid_input);
    discount = save20();
    discount.starts_at = now + 1us;
    CHECK(quote_refusal(discount) == ErrorCode::invalid_input);
    CHECK(quote_discount(discount, buyer(1), 5'900, usd, now + 1us).has_value());
    discount = save20();
    discount.ends_at = now;
    CHECK(quote_refusal(discount) == ErrorCode::gone);
    CHECK(quote_discount(discount, buyer(1), 5'900, usd, now - 1us).has_value());
    CHECK(quote_refusal(save20(), 999) == ErrorCode::unprocessable);
    CHECK(quote_discount(save20(), buyer(1), 1'000, usd, now).has_value());
    CHECK(quote_refusal(save20(), 5'900, now, parse_currency("JOD").value()) ==
          ErrorCode::invalid_input);
}

TEST_CASE("a code is compared without case and blanks", "[domain][discount]") {
    CHECK(discount_code_of(" save20 ") == "SAVE20");
}

TEST_CASE("no more holds are given than uses are left", "[domain][discount]") {
    auto discount = save20();
    discount.usage_limit = 2;
    discount = after(discount, hold(1, buyer(1)));
    discount = after(discount, hold(2, buyer(2)));
    CHECK(decide(discount, hold(3, buyer(3)), now).error().code == ErrorCode::gone);
    CHECK(quote_refusal(discount) == ErrorCode::gone);
    CHECK(after(discount, ReleaseDiscount{order(1)}).held.size() == 1);
    CHECK(decide(after(discount, ReleaseDiscount{order(1)}), hold(3, buyer(3)), now).has_value());
    CHECK(decide(discount, hold(3, buyer(3)), now + 10s).has_value());
}

TEST_CASE("a hold becomes a use once, and a use is given back once", "[domain][discount]") {
    auto discount = after(save20(), hold(1, buyer(1)));
    CHECK(discount.version == 1);
    CHECK(decide(discount, hold(1, buyer(1)), now)->empty());
    const auto commit = decide(discount, CommitDiscount{order(1)}, now).value();
    CHECK(commit.used_delta() == 1);
    apply(discount, commit);
    CHECK(discount.used == 1);
    CHECK(discount.held.empty());
    CHECK(discount.version == 2);
    CHECK(decide(discount, CommitDiscount{order(1)}, now)->empty());
    CHECK(decide(discount, hold(1, buyer(1)), now)->empty());
    const auto release = decide(discount, ReleaseDiscount{order(1)}, now).value();
    CHECK(release.used_delta() == -1);
    apply(discount, release);
    CHECK(discount.used == 0);
    CHECK(discount.used_by.empty());
    CHECK(decide(discount, ReleaseDiscount{order(1)}, now)->empty());
}

TEST_CASE("only a live hold becomes a use", "[domain][discount]") {
    const auto discount = after(save20(), hold(1, buyer(1)));
    CHECK(decide(discount, CommitDiscount{order(2)}, now).error().code == ErrorCode::not_found);
    CHECK(decide(discount, CommitDiscount{order(1)}, now + 10s).error().code ==
          ErrorCode::conflict);
}

TEST_CASE("a customer is known by account and by e-mail address without case",
          "[domain][discount]") {
    auto discount = save20();
    discount.usage_limit_per_customer = 1;
    const CustomerId id{uuid_v7(now, 6, 1)};
    discount = after(discount, hold(1, {id, "Ahmed@Example.com"}));
    discount = after(discount, CommitDiscount{order(1)});
    const auto refused = [&](const Buyer& who) {
        return decide(discount, hold(2, who), now).has_error();
    };
    CHECK(refused({std::nullopt, " ahmed@example.com"}));
    CHECK(refused({id, "other@example.com"}));
    CHECK_FALSE(refused({std::nullopt, "other@example.com"}));
}

TEST_CASE("uses and holds never exceed the limits, whatever the order of commands",
          "[domain][discount]") {
    std::mt19937_64 random{20260115};
    for (int round = 0; round < 200; ++round) {
        auto discount = save20();
        discount.usage_limit = static_cast<std::int64_t>(1 + random() % 5);
        discount.usage_limit_per_customer = static_cast<std::int64_t>(1 + random() % 2);
        auto at = now;
        for (int step = 0; step < 60; ++step) {
            at += std::chrono::milliseconds{random() % 2'000};
            const auto number = random() % 8;
            DiscountCommand command = ReleaseDiscount{order(number)};
            if (random() % 2 == 0) command = CommitDiscount{order(number)};
            if (random() % 2 == 0)
                command = HoldDiscount{order(number), buyer(number % 3), 5'900,
                                       usd,           at + 5s,           discount.terms};
            if (const auto change = decide(discount, command, at)) apply(discount, *change);
            REQUIRE(discount.used <= *discount.usage_limit);
            REQUIRE(discount.used == static_cast<std::int64_t>(discount.uses.size()));
            std::int64_t by_customer = 0;
            for (const auto& [key, uses] : discount.used_by) {
                REQUIRE(uses <= *discount.usage_limit_per_customer);
                REQUIRE(uses > 0);
                by_customer += uses;
            }
            REQUIRE(by_customer == discount.used);
        }
    }
}

TEST_CASE("a discount follows the cart and never exceeds it", "[domain][discount]") {
    CHECK(discount_on(fixed(5'950), 5'900) == 5'900);
    CHECK(discount_on(fixed(5'950), 0) == 0);
    auto cart = with(cart_of({line(1, 2'950, 2), line(2, 100)}), fixed(5'950));
    CHECK(cart.totals.discount == 5'950);
    cart = decide(cart, RemoveCartItem{line(2, 0).id, {}}, now).value();
    CHECK(cart.totals == Totals{5'900, 5'900, 0, 0, 0});
    cart = decide(cart, ClearCart{}, now).value();
    CHECK(cart.totals == Totals{});
    CHECK(cart.discount.has_value());
}

TEST_CASE("below the minimum the code stays on the cart but takes nothing off",
          "[domain][discount]") {
    auto cart = with(cart_of({line(1, 900), line(2, 200)}), percent(20, 1'000));
    CHECK(cart.totals.discount == 220);
    cart = decide(cart, RemoveCartItem{line(2, 0).id, {}}, now).value();
    CHECK(cart.totals.discount == 0);
    CHECK(
        decide(cart_of({line(1, 999)}), ApplyDiscount{{DiscountId{}, "C", percent(20, 1'000)}}, now)
            .error()
            .code == ErrorCode::unprocessable);
}

TEST_CASE("a cart takes one discount, and gives it up", "[domain][discount]") {
    const auto cart = with(cart_of({line(1, 900)}), percent(20));
    CHECK(decide(cart, ApplyDiscount{{DiscountId{}, "CODE", percent(20)}}, now).error().code ==
          ErrorCode::conflict);
    const auto without = decide(cart, RemoveDiscount{}, now).value();
    CHECK(without.totals.discount == 0);
    CHECK(decide(without, RemoveDiscount{}, now)->version == without.version);
}

TEST_CASE("a line that the discount has made free bears no tax", "[domain][discount]") {
    const auto cart = with(cart_of({line(1, 1), line(2, 1), line(3, 1)}), fixed(1));
    PlaceOrder wish;
    wish.shipping_address.country = "JO";
    wish.shipping_method = "standard";
    const ShippingMethod standard{.id = "standard", .currency = "USD"};
    wish.tables = std::make_shared<const PriceTables>(
        PriceTables{{{"JO", "Jordan", {standard}}}, {{"JO", "", "GST", {5'000, true}}}});
    const auto order = draft_order(cart, wish, now).value();
    REQUIRE(order.totals.tax == 1);
    for (const auto& item : order.items) CHECK(item.tax <= item.total_price - item.discount);
}

TEST_CASE("tax is on the discounted subtotal, and no line's tax exceeds what it costs",
          "[domain][discount]") {
    std::mt19937_64 random{7};
    for (int round = 0; round < 1'000; ++round) {
        std::vector<CartItem> items;
        for (std::uint64_t i = 0; i <= random() % 8; ++i)
            items.push_back(line(i, static_cast<Amount>(random() % 20)));
        const auto terms = random() % 2 == 0
                               ? percent(static_cast<std::int64_t>(1 + random() % 100))
                               : fixed(static_cast<Amount>(1 + random() % 60));
        const auto cart = with(cart_of(items), terms);
        PlaceOrder wish;
        wish.shipping_address.country = "JO";
        wish.shipping_method = "standard";
        const ShippingMethod standard{.id = "standard", .currency = "USD", .rate = 5};
        const TaxRate rate{static_cast<std::int64_t>(random() % 5'000), random() % 2 == 0};
        wish.tables = std::make_shared<const PriceTables>(
            PriceTables{{{"JO", "Jordan", {standard}}}, {{"JO", "", "GST", rate}}});
        const auto order = draft_order(cart, wish, now).value();
        REQUIRE(order.discount.has_value() == (order.totals.discount > 0));
        REQUIRE(order.totals.tax == tax_on(order.totals.subtotal - order.totals.discount, rate));
        Amount discounts = 0;
        for (const auto& item : order.items) {
            REQUIRE(item.discount >= 0);
            REQUIRE(item.discount <= item.total_price);
            if (rate.inclusive) REQUIRE(item.tax <= item.total_price - item.discount);
            discounts += item.discount;
        }
        REQUIRE(discounts == order.totals.discount);
        REQUIRE(order.totals.total >= 0);
    }
}

TEST_CASE("an order that was priced with other terms takes no use", "[domain][discount]") {
    auto stale = hold(1, buyer(1));
    stale.terms.value = 9'000;
    const auto refused = decide(save20(), DiscountCommand{stale}, now);
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(decide(save20(), DiscountCommand{hold(1, buyer(1))}, now).has_value());
}

TEST_CASE("a code is made once, and its rules change as a whole", "[domain][discount]") {
    Discount none;
    none.code = "NEW";
    const CreateDiscount create{DiscountId{uuid_v7(now, 1, 2)}, {.terms = percent(5, 0)}};
    const auto made = edited(none, create);
    CHECK(made.id == create.id);
    CHECK(made.code == "NEW");
    CHECK(made.version == 1);
    CHECK(edit_refusal(made, create) == ErrorCode::conflict);
    CHECK(edit_refusal(none, ChangeDiscount{create.rules, {}}) == ErrorCode::not_found);
    CHECK(edit_refusal(none, EndDiscount{}) == ErrorCode::not_found);

    const DiscountRules other{.terms = fixed(500), .usage_limit = 3, .active = false};
    CHECK(edit_refusal(made, ChangeDiscount{other, 2}) == ErrorCode::precondition_failed);
    const auto changed = edited(made, ChangeDiscount{other, 1});
    CHECK(static_cast<const DiscountRules&>(changed) == other);
    CHECK(changed.version == 2);
    CHECK(decide(changed, DiscountEdit{ChangeDiscount{other, {}}}, now)->empty());
}

TEST_CASE("a code's dates leave it time, and its limit what has been used", "[domain][discount]") {
    const auto used = after(after(save20(), hold(1, buyer(1))), CommitDiscount{order(1)});
    const auto held = after(used, hold(2, buyer(2)));
    DiscountRules rules = held;
    rules.usage_limit = 1;
    CHECK(edit_refusal(held, ChangeDiscount{rules, {}}) == ErrorCode::conflict);
    CHECK(edited(used, ChangeDiscount{rules, {}}).usage_limit == 1);
    rules.usage_limit = 2;
    CHECK(edited(held, ChangeDiscount{rules, {}}).usage_limit == 2);
    rules.starts_at = now;
    rules.ends_at = now;
    CHECK(edit_refusal(held, ChangeDiscount{rules, {}}) == ErrorCode::unprocessable);
}

TEST_CASE("a code that was ended is good for nothing, and ending it again changes nothing",
          "[domain][discount]") {
    const auto ended = edited(save20(), EndDiscount{});
    CHECK(quote_refusal(ended) == ErrorCode::gone);
    CHECK(decide(ended, DiscountEdit{EndDiscount{}}, now + 1h)->empty());
    CHECK(edit_refusal(ended, EndDiscount{1}) == ErrorCode::precondition_failed);
}

TEST_CASE("a new code is of letters, digits, - and _", "[domain][discount]") {
    for (const auto* code : {"A", "SAVE20", "BLACK-FRIDAY_2026"}) CHECK(is_discount_code(code));
    for (const auto* code : {"", "save", "A B", "A/B", "Ž"}) CHECK_FALSE(is_discount_code(code));
    CHECK(is_discount_code(std::string(max_discount_code, 'A')));
    CHECK_FALSE(is_discount_code(std::string(max_discount_code + 1, 'A')));
}
