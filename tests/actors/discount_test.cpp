// Discount codes: who uses them, and operators who change them meanwhile.

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

struct Codes {
    Codes() { world.store.put_stock(sku(1), 1'000); }

    DiscountRules rules(std::optional<std::int64_t> limit = {}) const {
        return {.terms = {.type = DiscountType::percentage, .value = 2'000}, .usage_limit = limit};
    }
    std::shared_ptr<Outcome> send(DiscountEdit edit) {
        auto outcome = std::make_shared<Outcome>(Error{ErrorCode::internal, "never answered"});
        world.system.discounts().tell(
            "CODE", {std::move(edit),
                     {.request_id = "test", .actor = "key_1"},
                     [](const DiscountView& code) {
                         return Answer{.body = std::to_string(code.used),
                                       .etag = std::to_string(code.version)};
                     },
                     Reply{[outcome](Outcome given) { *outcome = std::move(given); }}});
        return outcome;
    }
    Outcome tell(DiscountEdit edit) {
        const auto outcome = send(std::move(edit));
        world.settle();
        return *outcome;
    }
    DiscountEdit create(std::optional<std::int64_t> limit = {}) {
        return CreateDiscount{DiscountId{world.ids.next()}, rules(limit)};
    }
    Result<std::shared_ptr<const DiscountView>> read() {
        Result<std::shared_ptr<const DiscountView>> found = Error{ErrorCode::internal, ""};
        world.system.discounts().read({default_tenant, "CODE"}, Read<DiscountView>{[&](auto given) {
                                          found = std::move(given);
                                      }});
        world.settle();
        return found;
    }
    CartId cart_with_code() {
        const auto cart = world.cart_with({{sku(1), 1}});
        const auto& code = world.store.discounts.at("CODE");
        REQUIRE(world.tell(cart, ApplyDiscount{{code.id, "CODE", code.terms}}).has_value());
        return cart;
    }

    World world;
};

}  // namespace

TEST_CASE("a code that takes no commands is still shown", "[actors][discount][console]") {
    Codes codes;
    REQUIRE(codes.tell(codes.create(5)).has_value());
    auto& desk = codes.world.system.desk_of(EntityKind::discount);
    SECTION("quarantined") { CHECK(desk.quarantine("CODE")); }
    SECTION("paused") {
        desk.pause(true);
        desk.restart("CODE");
    }
    codes.world.settle();
    REQUIRE_FALSE(desk.actor("CODE").live);
    const auto shown = codes.read();
    REQUIRE(shown.has_value());
    CHECK((*shown)->usage_limit == 5);
    CHECK_FALSE(desk.actor("CODE").live);
    CHECK(codes.tell(codes.create()).error().code == ErrorCode::unavailable);
}

TEST_CASE("a code that is made is there at once, and is made once", "[actors][discount]") {
    Codes codes;
    CHECK(codes.read().error().code == ErrorCode::not_found);
    const auto one = codes.send(codes.create());
    const auto other = codes.send(codes.create());
    codes.world.settle();
    REQUIRE(one->has_value());
    CHECK((*one)->etag == "1");
    CHECK(other->error().code == ErrorCode::conflict);
    CHECK(codes.read().value()->version == 1);
    CHECK(codes.world.place(codes.cart_with_code()).has_value());
    CHECK(codes.read().value()->used == 1);
    CHECK(codes.world.store.discounts.at("CODE").used == 1);
}

TEST_CASE("a code that could not be written was never made", "[actors][discount]") {
    Codes codes;
    codes.world.store.refuses = [](const ChangeSet& change) { return !change.discounts.empty(); };
    CHECK_FALSE(codes.tell(codes.create()).has_value());
    codes.world.store.refuses = {};
    CHECK(codes.read().error().code == ErrorCode::not_found);
    CHECK(codes.tell(codes.create()).has_value());
}

TEST_CASE("a code changes in its own order with its uses", "[actors][discount]") {
    Codes codes;
    REQUIRE(codes.tell(codes.create(2)).has_value());
    const auto stale = codes.cart_with_code();
    REQUIRE(codes.world.place(codes.cart_with_code()).has_value());
    CHECK(codes.tell(ChangeDiscount{codes.rules(5), 1}).error().code ==
          ErrorCode::precondition_failed);
    CHECK(codes.tell(ChangeDiscount{codes.rules(0), {}}).error().code == ErrorCode::conflict);
    const auto changed = codes.tell(ChangeDiscount{codes.rules(1), 2});
    REQUIRE(changed.has_value());
    CHECK(changed->body == "1");
    CHECK(codes.world.place(stale).error().code == ErrorCode::gone);

    auto cheaper = codes.rules();
    cheaper.terms.value = 1'000;
    REQUIRE(codes.tell(ChangeDiscount{cheaper, {}}).has_value());
    CHECK(codes.world.place(stale, "again").error().code == ErrorCode::conflict);
    REQUIRE(codes.tell(EndDiscount{}).has_value());
    CHECK(codes.world.store.discounts.at("CODE").ends_at == codes.world.clock.now());
    CHECK(codes.world.store.discounts.at("CODE").used == 1);
}

TEST_CASE("codes that nobody made do not stay in memory", "[actors][discount]") {
    Codes codes;
    for (int i = 0; i < 20; ++i) (void)codes.read();
    CHECK(codes.world.system.figures().discounts.live == 0);
}

TEST_CASE("a code for one use is used once by a hundred buyers, and again after a cancellation",
          "[actors][discount]") {
    World world;
    world.store.put_stock(sku(1), 1'000);
    Discount code{{.terms = {.type = DiscountType::percentage, .value = 2'000}, .usage_limit = 1},
                  DiscountId{world.ids.next()},
                  "ONCE"};
    code.version = 1;
    world.store.discounts.emplace("ONCE", code);
    const auto order_with_code = [&] {
        const auto cart = world.cart_with({{sku(1), 1}});
        REQUIRE(world.tell(cart, ApplyDiscount{{code.id, "ONCE", code.terms}}).has_value());
        return cart;
    };
    std::vector<CartId> carts;
    for (int i = 0; i < 100; ++i) carts.push_back(order_with_code());
    std::vector<std::shared_ptr<Outcome>> outcomes;
    for (const auto& cart : carts) {
        auto outcome = std::make_shared<Outcome>(Error{ErrorCode::internal, "never answered"});
        world.system.carts().place_order(
            cart, {world.wish("wish"),
                   {},
                   [](const Order&) { return Answer{}; },
                   Reply{[outcome](Outcome given) { *outcome = std::move(given); }}});
        outcomes.push_back(std::move(outcome));
    }
    world.settle();
    std::size_t placed = 0;
    std::optional<CartId> winner;
    for (std::size_t i = 0; i < carts.size(); ++i) {
        if (*outcomes[i]) {
            ++placed;
            winner = carts[i];
        } else {
            CHECK(outcomes[i]->error().code == ErrorCode::gone);
        }
    }
    CHECK(placed == 1);
    CHECK(world.store.discounts.at("ONCE").used == 1);
    CHECK(world.store.stocks.at(sku(1)).reserved == 1);
    const auto order = world.order_of(*winner);
    CHECK(world.order(order)->totals.discount == 200);
    REQUIRE(world.tell(order, CancelOrder{"guest", "", {}}).has_value());
    CHECK(world.store.discounts.at("ONCE").used == 0);
    CHECK(world.place(order_with_code()).has_value());
    CHECK(world.store.discounts.at("ONCE").used == 1);
}

TEST_CASE("a code is quoted by any spelling, and one that does not exist is the request's mistake",
          "[actors][discount]") {
    World world;
    Discount save20{{.terms = {.type = DiscountType::percentage, .value = 2'000}},
                    DiscountId{world.ids.next()},
                    "SAVE20"};
    save20.version = 1;
    world.store.discounts.emplace("SAVE20", save20);
    const auto quote = [&](const std::string& code) {
        Result<AppliedDiscount> quoted = Error{ErrorCode::internal, "never answered"};
        world.system.discounts().quote(
            {default_tenant, code}, {}, 1'000, Currency{},
            Promise<Result<AppliedDiscount>>{[&](auto given) { quoted = std::move(given); }});
        world.settle();
        return quoted;
    };
    CHECK(quote(" save20 ")->code == "SAVE20");
    CHECK(quote("NONE").error().code == ErrorCode::invalid_input);
    CHECK(quote("NONE").error().details.front().field == "discountCode");
}
