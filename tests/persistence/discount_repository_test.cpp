// Discount codes with their uses, as the actors read them.

#include "persistence/discount_repository.hpp"

#include <algorithm>

#include "tests/persistence/paying_shop.hpp"
#include "tests/support/here.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

Discount code_with_everything() {
    Discount discount;
    discount.id = id<DiscountId>(1);
    discount.code = "SAVE20";
    discount.terms = {DiscountType::fixed_amount, 500, 2'000, Currency{{'J', 'O', 'D'}}};
    discount.starts_at = paying_time - 1h;
    discount.ends_at = paying_time + 1h;
    discount.usage_limit = 10;
    discount.usage_limit_per_customer = 2;
    discount.active = false;
    return discount;
}

Discount bare_code() {
    Discount discount;
    discount.id = id<DiscountId>(2);
    discount.code = "BARE";
    discount.terms = {DiscountType::percentage, 1'000};
    return discount;
}

ChangeSet used(DiscountId code, std::uint64_t order, std::vector<std::string> buyer_keys) {
    ChangeSet change;
    change.discounts.push_back({.id = code});
    change.discounts[0].used = DiscountUse{id<OrderId>(order), std::move(buyer_keys), {}};
    return change;
}

}  // namespace

TEST_CASE("a code reads as it was made", "[persistence][discount]") {
    PayingShop shop;
    REQUIRE(*insert_discount(shop.db, default_tenant, code_with_everything(), paying_time));
    REQUIRE(*insert_discount(shop.db, default_tenant, bare_code(), paying_time));
    const auto found = find_discounts(shop.db, here<std::string>({"SAVE20", "NONE", "BARE"}));
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    for (const auto& written : {code_with_everything(), bare_code()}) {
        const auto place =
            std::ranges::find(*found, written.id, [](const auto& one) { return one.second.id; });
        REQUIRE(place != found->end());
        CHECK(place->first == here({written.code}).front());
        const auto* const read = &place->second;
        CHECK(read->code == written.code);
        CHECK(read->terms == written.terms);
        CHECK(read->starts_at == written.starts_at);
        CHECK(read->ends_at == written.ends_at);
        CHECK(read->usage_limit == written.usage_limit);
        CHECK(read->usage_limit_per_customer == written.usage_limit_per_customer);
        CHECK(read->active == written.active);
        CHECK(read->used == 0);
        CHECK(read->uses.empty());
        CHECK(read->version == 1);
    }
}

TEST_CASE("a code comes with its uses, by order and by buyer, without those given back",
          "[persistence][discount]") {
    PayingShop shop;
    const auto code = bare_code().id;
    REQUIRE(*insert_discount(shop.db, default_tenant, bare_code(), paying_time));
    REQUIRE(*insert_discount(shop.db, default_tenant, code_with_everything(), paying_time));
    ChangeSet back;
    back.discounts.push_back({.id = code});
    back.discounts[0].given_back = DiscountUse{id<OrderId>(3), {}, {}};
    shop.commit({used(code, 1, {"cust_1", "a@example.com"}), used(code, 2, {"a@example.com"}),
                 used(code, 3, {"b@example.com"}), used(code, 4, {}),
                 used(code_with_everything().id, 1, {"a@example.com"})});
    shop.commit({back});
    const auto found = find_discounts(shop.db, here<std::string>({"BARE"}));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    const auto& discount = found->front().second;
    CHECK(discount.used == 3);
    CHECK(discount.version == 6);
    REQUIRE(discount.uses.size() == 3);
    CHECK(discount.uses.at(id<OrderId>(1)).order_id == id<OrderId>(1));
    CHECK(discount.uses.at(id<OrderId>(1)).buyer_keys ==
          std::vector<std::string>{"cust_1", "a@example.com"});
    CHECK(discount.uses.at(id<OrderId>(4)).buyer_keys.empty());
    CHECK(discount.used_by ==
          std::unordered_map<std::string, std::int64_t>{{"cust_1", 1}, {"a@example.com", 2}});
    CHECK(discount.held.empty());
}

TEST_CASE("what the rules made of a code is what its rows say", "[persistence][discount]") {
    PayingShop shop;
    auto state = bare_code();
    state.version = 1;
    REQUIRE(*insert_discount(shop.db, default_tenant, state, paying_time));
    const auto tell = [&](const DiscountCommand& command) {
        const auto change = decide(state, command, paying_time);
        REQUIRE(change);
        apply(state, *change);
        ChangeSet set;
        if (change->writes()) set.discounts.push_back(*change);
        if (!set.empty()) shop.commit({set});
    };
    for (std::uint64_t order = 1; order <= 3; ++order) {
        tell(HoldDiscount{
            id<OrderId>(order), {{}, "A@example.com"}, 100, {}, paying_time + 1min, state.terms});
        tell(CommitDiscount{id<OrderId>(order)});
    }
    tell(ReleaseDiscount{id<OrderId>(2)});
    const auto read = find_discounts(shop.db, here<std::string>({"BARE"}))->front().second;
    CHECK(read.used == state.used);
    CHECK(read.version == state.version);
    CHECK(read.used_by == state.used_by);
    CHECK(read.uses.size() == state.uses.size());
}

TEST_CASE("a code is made once, in upper case and with sound terms", "[persistence][discount]") {
    PayingShop shop;
    REQUIRE(*insert_discount(shop.db, default_tenant, bare_code(), paying_time));
    auto again = bare_code();
    again.id = id<DiscountId>(9);
    CHECK_FALSE(*insert_discount(shop.db, default_tenant, again, paying_time));
    const auto refused = [&](auto change) {
        auto code = again;
        code.code = "OTHER";
        change(code);
        return !insert_discount(shop.db, default_tenant, code, paying_time);
    };
    CHECK(refused([](Discount& code) { code.code = "other"; }));
    CHECK(refused([](Discount& code) { code.terms.value = 10'001; }));
    CHECK(refused([](Discount& code) { code.terms.value = 0; }));
    CHECK(refused([](Discount& code) { code.terms.minimum = 1; }));
    CHECK(refused([](Discount& code) { code.terms.type = DiscountType::fixed_amount; }));
    CHECK_FALSE(refused([](Discount&) {}));
}

TEST_CASE("one batch makes a code, uses it, changes its rules and gives a use back",
          "[persistence][discount]") {
    PayingShop shop;
    Discount state;
    state.code = "NEW";
    std::vector<ChangeSet> batch;
    const auto apply_to_batch = [&](const DiscountChange& change) {
        apply(state, change);
        if (!change.writes()) return;
        batch.emplace_back().discounts.push_back(change);
    };
    const auto edit = [&](const DiscountEdit& one) {
        apply_to_batch(decide(state, one, paying_time).value());
    };
    const auto tell = [&](const DiscountCommand& one) {
        apply_to_batch(decide(state, one, paying_time).value());
    };
    DiscountRules rules = code_with_everything();
    rules.active = true;
    rules.usage_limit = 1;
    edit(CreateDiscount{id<DiscountId>(7), rules});
    const auto use = [&](std::uint64_t order) {
        tell(HoldDiscount{id<OrderId>(order),
                          {{}, "a@example.com"},
                          2'000,
                          *rules.terms.currency,
                          paying_time + 1min,
                          rules.terms});
        tell(CommitDiscount{id<OrderId>(order)});
    };
    use(1);
    rules.usage_limit = 2;
    edit(ChangeDiscount{rules, {}});
    use(2);
    tell(ReleaseDiscount{id<OrderId>(1)});
    rules.usage_limit = 1;
    rules.starts_at.reset();
    edit(ChangeDiscount{rules, {}});
    shop.commit(batch);

    const auto found = find_discounts(shop.db, here<std::string>({"NEW"}));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    const auto& read = found->front().second;
    CHECK(read.id == id<DiscountId>(7));
    CHECK(static_cast<const DiscountRules&>(read) == rules);
    CHECK(read.used == 1);
    CHECK(read.version == state.version);
}

TEST_CASE("codes are listed newest first, page by page", "[persistence][discount]") {
    PayingShop shop;
    REQUIRE(*insert_discount(shop.db, default_tenant, bare_code(), paying_time));
    REQUIRE(*insert_discount(shop.db, default_tenant, code_with_everything(), paying_time + 1min));
    const auto all = find_discount_list(shop.db, default_tenant, 10, 0);
    REQUIRE(all);
    CHECK(all->total == 2);
    REQUIRE(all->codes.size() == 2);
    CHECK(all->codes[0].code == "SAVE20");
    CHECK(static_cast<const DiscountRules&>(all->codes[0]) ==
          static_cast<const DiscountRules&>(code_with_everything()));
    const auto second = find_discount_list(shop.db, default_tenant, 1, 1);
    REQUIRE(second);
    CHECK(second->total == 2);
    REQUIRE(second->codes.size() == 1);
    CHECK(second->codes[0].code == "BARE");
}
