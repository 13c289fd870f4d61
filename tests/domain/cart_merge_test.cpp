#include "domain/cart_merge.hpp"

#include <map>

#include "domain/checkout.hpp"
#include "tests/support/catch.hpp"

using namespace souk;
using namespace std::chrono_literals;

namespace {

const TimePoint now{std::chrono::hours{1'000}};
const UserId somebody{uuid_v7(now, 6, 1)};
const UserId somebody_else{uuid_v7(now, 6, 2)};
const Currency dinars = parse_currency("JOD").value();

StockKey sku(std::uint64_t number) {
    return {VariantId{uuid_v7(now, 1, number)}, VendorId{uuid_v7(now, 2, 1)}};
}

using Lines = std::map<std::uint64_t, std::int64_t>;

Cart cart_of(std::optional<UserId> user, std::uint64_t number, const Lines& lines,
             Currency currency = {}) {
    auto cart =
        decide(Cart{}, CreateCart{CartId{uuid_v7(now, 4, number)}, {}, currency, now + 24h, user},
               now)
            .value();
    for (const auto& [variant, quantity] : lines) {
        Offer offer;
        offer.variant_id = sku(variant).variant;
        offer.seller_id = sku(variant).seller;
        offer.unit_price = 2'950;
        offer.currency = currency;
        const CartItemId item{uuid_v7(now, 3, number * 1'000 + variant)};
        cart = decide(cart, AddCartItem{item, offer, quantity, 10'000, {}}, now).value();
    }
    return cart;
}

Cart own(const Lines& lines) { return cart_of(somebody, 1, lines); }
Cart guests(const Lines& lines) { return cart_of(std::nullopt, 2, lines); }

Availability plenty() {
    Availability available;
    for (std::uint64_t number = 1; number <= 300; ++number) available[sku(number)] = 10'000;
    return available;
}

MergedCarts merged(const Cart& survivor, const Cart& guest, const Availability& available) {
    return merge_carts(survivor, guest, available, now).value();
}

ErrorCode refusal(const Cart& survivor, const Cart& guest, TimePoint at = now) {
    return merge_carts(survivor, guest, plenty(), at).error().code;
}

std::int64_t units_of(const Cart& cart, std::uint64_t number) {
    for (const auto& item : cart.items)
        if (item.offer.variant_id == sku(number).variant) return item.quantity;
    return 0;
}

Lines many(std::uint64_t first, std::uint64_t count) {
    Lines lines;
    for (auto number = first; number < first + count; ++number) lines[number] = 1;
    return lines;
}

AppliedDiscount discount(const std::string& code, Amount minimum = 0) {
    AppliedDiscount applied;
    applied.code = code;
    applied.terms.minimum = minimum;
    return applied;
}

}  // namespace

TEST_CASE("a guest's lines go into the person's cart and units of the same SKU add up",
          "[domain][cart]") {
    const auto [survivor, guest] =
        merged(own({{1, 2}, {2, 1}}), guests({{2, 3}, {3, 4}}), plenty());
    CHECK(units_of(survivor, 1) == 2);
    CHECK(units_of(survivor, 2) == 4);
    CHECK(units_of(survivor, 3) == 4);
    CHECK(survivor.totals.subtotal == 10 * 2'950);
    CHECK(survivor.version == own({{1, 2}, {2, 1}}).version + 1);
    CHECK(guest.items.empty());
    CHECK(guest.totals.total == 0);
}

TEST_CASE("the guest's cart ends and names the one that it went into", "[domain][cart]") {
    const auto before = guests({{1, 1}});
    const auto [survivor, guest] = merged(own({}), before, plenty());
    CHECK(guest.status == CartStatus::merged);
    CHECK(guest.merged_into == survivor.id);
    CHECK(guest.version == before.version + 1);
    CHECK_FALSE(guest.user_id);
    CHECK(decide(guest, ClearCart{}, now).error().code == ErrorCode::conflict);
    CHECK(draft_order(guest, PlaceOrder{}, now).error().code == ErrorCode::conflict);
    CHECK(refusal(survivor, guest) == ErrorCode::not_found);
}

TEST_CASE("two lines of one SKU cost what the cart that was touched last says", "[domain][cart]") {
    auto mine = own({{1, 3}});
    auto theirs = guests({{1, 1}});
    theirs.items[0].offer.unit_price = 3'500;
    CHECK(merged(mine, theirs, plenty()).survivor.totals.subtotal == 4 * 2'950);
    theirs.updated_at = now + 1min;
    CHECK(merged(mine, theirs, plenty()).survivor.totals.subtotal == 4 * 3'500);
}

TEST_CASE("a merged cart does not tell where its guest lives", "[domain][cart]") {
    auto theirs = guests({{1, 1}});
    theirs.destination = Destination{"JO", "Amman", "Amman", "11118"};
    theirs.customer_id = CustomerId{uuid_v7(now, 5, 1)};
    const auto [survivor, guest] = merged(own({}), theirs, plenty());
    CHECK(survivor.destination);
    CHECK_FALSE(guest.destination);
    CHECK_FALSE(guest.customer_id);
}

TEST_CASE("a sum is capped by stock and by what a line holds, and the rest stays behind",
          "[domain][cart]") {
    const auto few = merged(own({{1, 3}}), guests({{1, 3}}), {{sku(1), 4}});
    CHECK(units_of(few.survivor, 1) == 4);
    CHECK(units_of(few.guest, 1) == 2);
    const auto full = merged(own({{1, 900}}), guests({{1, 300}}), plenty());
    CHECK(units_of(full.survivor, 1) == max_line_quantity);
    CHECK(units_of(full.guest, 1) == 200);
}

TEST_CASE("no line gets smaller by a merge, whatever is in stock", "[domain][cart]") {
    const auto none = merged(own({{1, 3}}), guests({{1, 5}, {2, 7}}), {});
    CHECK(units_of(none.survivor, 1) == 5);
    CHECK(units_of(none.survivor, 2) == 7);
    CHECK(units_of(none.guest, 1) == 3);
}

TEST_CASE("units are neither made nor lost by a merge", "[domain][cart]") {
    for (std::int64_t in_stock = 0; in_stock <= 12; ++in_stock) {
        for (std::int64_t mine = 1; mine <= 5; ++mine) {
            for (std::int64_t theirs = 1; theirs <= 5; ++theirs) {
                const auto both =
                    merged(own({{1, mine}}), guests({{1, theirs}}), {{sku(1), in_stock}});
                REQUIRE(unit_count(both.survivor) + unit_count(both.guest) == mine + theirs);
            }
        }
    }
}

TEST_CASE("no line is lost to the limit of lines, up to twice as many", "[domain][cart]") {
    const auto hundred = many(1, max_cart_lines);
    const auto [survivor, guest] = merged(own(hundred), guests(many(101, 65)), plenty());
    CHECK(survivor.items.size() == 165);
    CHECK(guest.items.empty());
    const auto full = merged(survivor, cart_of(std::nullopt, 3, many(166, 35)), plenty());
    CHECK(full.survivor.items.size() == max_merged_lines);
    CHECK(refusal(full.survivor, cart_of(std::nullopt, 5, {{201, 1}})) == ErrorCode::unprocessable);
}

TEST_CASE("the person's discount and destination stay; without one the guest's come along",
          "[domain][cart]") {
    auto mine = own({{1, 1}});
    auto theirs = guests({{2, 1}});
    theirs.discount = discount("THEIRS");
    theirs.destination = Destination{"JO", "", "Amman", ""};
    const auto taken = merged(mine, theirs, plenty());
    REQUIRE(taken.survivor.discount);
    CHECK(taken.survivor.discount->code == "THEIRS");
    CHECK(taken.survivor.destination == theirs.destination);
    CHECK_FALSE(taken.guest.discount);
    mine.discount = discount("MINE");
    mine.destination = Destination{"US", "", "Boston", ""};
    const auto kept = merged(mine, theirs, plenty());
    CHECK(kept.survivor.discount->code == "MINE");
    CHECK(kept.survivor.destination == mine.destination);
}

TEST_CASE("an empty cart takes the other's currency, two full ones are not mixed",
          "[domain][cart]") {
    const auto theirs = cart_of(std::nullopt, 2, {{1, 1}}, dinars);
    const auto taken = merged(own({}), theirs, plenty());
    CHECK(taken.survivor.currency == dinars);
    CHECK(units_of(taken.survivor, 1) == 1);
    CHECK(refusal(own({{2, 1}}), theirs) == ErrorCode::unprocessable);
    const auto empty = merged(own({{2, 1}}), cart_of(std::nullopt, 2, {}, dinars), plenty());
    CHECK(empty.survivor.currency == Currency{});
}

TEST_CASE("only a guest's open cart is merged, into an open one", "[domain][cart]") {
    const auto mine = own({{1, 1}});
    const auto theirs = guests({{2, 1}});
    CHECK(refusal(mine, cart_of(somebody_else, 2, {{2, 1}})) == ErrorCode::not_found);
    CHECK(refusal(mine, Cart{}) == ErrorCode::not_found);
    CHECK(refusal(Cart{}, theirs) == ErrorCode::not_found);
    CHECK(refusal(mine, theirs, now + 24h) == ErrorCode::gone);
    auto closed = theirs;
    closed.status = CartStatus::ordered;
    CHECK(refusal(mine, closed) == ErrorCode::conflict);
    closed = mine;
    closed.status = CartStatus::ordered;
    CHECK(refusal(closed, theirs) == ErrorCode::conflict);
}

TEST_CASE("a person's cart waits for them, and making it again finds it", "[domain][cart]") {
    const auto mine = own({{1, 1}});
    CHECK(decide(mine, ClearCart{}, now + 1'000h).has_value());
    const CreateCart again{mine.id, {}, dinars, now, somebody};
    CHECK(decide(mine, again, now)->version == mine.version);
    CHECK(decide(mine, CreateCart{mine.id, {}, dinars, now, somebody_else}, now).error().code ==
          ErrorCode::conflict);
}

TEST_CASE("only an empty cart changes its currency", "[domain][cart]") {
    CHECK(decide(own({}), ChangeCurrency{dinars}, now)->currency == dinars);
    CHECK(decide(own({{1, 1}}), ChangeCurrency{dinars}, now).error().code == ErrorCode::conflict);
    const auto mine = own({{1, 1}});
    CHECK(decide(mine, ChangeCurrency{mine.currency}, now)->version == mine.version);
}

TEST_CASE("a person's cart is ordered by them or by staff alone", "[domain][cart][order]") {
    PlaceOrder command;
    CHECK(may_order(guests({}), command));
    CHECK_FALSE(may_order(own({}), command));
    command.user_id = somebody_else;
    CHECK_FALSE(may_order(own({}), command));
    CHECK(draft_order(own({{1, 1}}), command, now).error().code == ErrorCode::not_found);
    command.for_others = true;
    CHECK(may_order(own({}), command));
    command.for_others = false;
    command.user_id = somebody;
    CHECK(may_order(own({}), command));
}
