#include <algorithm>
#include <charconv>
#include <string>

#include "http/routes/buyer_access.hpp"
#include "http/routes/lookups.hpp"
#include "http/routes/routes.hpp"
#include "protocol/envelope.hpp"
#include "protocol/inventory_json.hpp"
#include "protocol/json_schema.hpp"
#include "protocol/read_json.hpp"
#include "protocol/read_query.hpp"

namespace souk {
namespace {

Task<Outcome> show_variant_stock(Call& call);
Task<Outcome> show_seller_stock(Call& call);
Task<Outcome> change_stock(Call& call);
Task<Outcome> list_movements(Call& call);
Task<Outcome> reserve(Call& call);
Task<Outcome> release(Call& call);
Task<Outcome> confirm(Call& call);
Task<Outcome> list_low_stock(Call& call);

}  // namespace

void add_inventory_routes(Router& router) {
    using enum ErrorCode;
    router.add({.method = Method::get,
                .pattern = "/inventory/{productId}/variants/{variantId}",
                .handler = show_variant_stock,
                .access = Access::everyone(),
                .doc = {.operation_id = "getVariantStock",
                        .summary = "How many units of a variant can be bought",
                        .tag = "Inventory",
                        .answer = &dto_info<Data<VariantStock>>,
                        .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/inventory/{variantId}/{sellerId}",
                .handler = show_seller_stock,
                .access = Access::everyone(),
                .doc = {.operation_id = "getSellerStock",
                        .summary = "A seller's stock of a variant",
                        .tag = "Inventory",
                        .answer = &dto_info<Data<StockView>>,
                        .etag = true}});
    router.add(
        {.method = Method::put,
         .pattern = "/inventory/{variantId}/{sellerId}/stock",
         .handler = change_stock,
         .access = Access::key({"inventory:write"}),
         .doc = {.operation_id = "changeStock",
                 .summary = "Set or adjust what is on the shelf, never below what is reserved",
                 .tag = "Inventory",
                 .errors = {conflict, unprocessable},
                 .body = &dto_info<StockBody>,
                 .answer = &dto_info<Data<StockView>>,
                 .request_headers = {"If-Match"},
                 .etag = true}});
    router.add({.method = Method::get,
                .pattern = "/inventory/{variantId}/{sellerId}/movements",
                .handler = list_movements,
                .access = Access::key({"inventory:read"}),
                .doc = {.operation_id = "listStockMovements",
                        .summary = "The ledger of a stock, newest first",
                        .tag = "Inventory",
                        .query = &dto_info<CursorQuery>,
                        .answer = &dto_info<CursorPage<MovementRow>>}});
    router.add({.method = Method::post,
                .pattern = "/inventory/reserve",
                .handler = reserve,
                .access = Access::owner(Access::Proof::cart_in_body, "inventory:reserve"),
                .doc = {.operation_id = "reserveStock",
                        .summary = "Hold units for a while, all of them or none",
                        .tag = "Inventory",
                        .success = {201},
                        .errors = {forbidden, insufficient_stock, gone, unprocessable},
                        .body = &dto_info<ReserveBody>,
                        .answer = &dto_info<Data<Reservation>>}});
    router.add({.method = Method::post,
                .pattern = "/inventory/release/{reservationId}",
                .handler = release,
                .access = Access::owner(),
                .doc = {.operation_id = "releaseReservation",
                        .summary = "Give reserved units back; doing it twice is harmless",
                        .tag = "Inventory",
                        .errors = {forbidden, conflict},
                        .answer = &dto_info<DataWithMessage<Reservation>>}});
    router.add({.method = Method::post,
                .pattern = "/inventory/confirm/{reservationId}",
                .handler = confirm,
                .access = Access::key({"inventory:reserve"}),
                .doc = {.operation_id = "confirmReservation",
                        .summary = "Deduct reserved units; doing it twice is harmless",
                        .tag = "Inventory",
                        .errors = {conflict, gone},
                        .answer = &dto_info<DataWithMessage<Reservation>>}});
    router.add({.method = Method::get,
                .pattern = "/inventory/low-stock",
                .handler = list_low_stock,
                .access = Access::key({"inventory:read"}),
                .doc = {.operation_id = "listLowStock",
                        .summary = "What is about to run out",
                        .tag = "Inventory",
                        .query = &dto_info<PageBody>,
                        .answer = &dto_info<Page<LowStockRow>>}});
}

namespace {

Error no_such_stock() { return refuse(ErrorCode::not_found, "no such stock"); }

Result<StockKey> path_stock(const Call& call) {
    const auto variant = call.path_id<VariantId>("variantId");
    if (!variant) return variant.error();
    const auto seller = call.path_id<VendorId>("sellerId");
    if (!seller) return seller.error();
    return StockKey{*variant, *seller};
}

/// The stock in the path, unless the caller is another vendor, who shall not know of it.
Result<StockKey> own_path_stock(const Call& call) {
    const auto key = path_stock(call);
    const auto& vendor = call.principal().vendor;
    if (key && vendor && *vendor != key->seller) return no_such_stock();
    return key;
}

Task<StockFound> read_stock(Call& call, StockKey key) {
    co_return co_await call.wait<StockFound>([&](Promise<StockFound> promise) {
        call.services().stocks.read({call.tenant(), key}, std::move(promise));
    });
}

Answer stock_answer(const std::string& json, Version version) {
    Answer answer;
    answer.body = enveloped(json);
    answer.etag = etag_of(version);
    return answer;
}

Task<Outcome> show_variant_stock(Call& call) {
    const auto product = call.path_id<ProductId>("productId");
    if (!product) co_return product.error();
    const auto variant = call.path_id<VariantId>("variantId");
    if (!variant) co_return variant.error();
    const auto stock = co_await variant_stock(call, *variant);
    if (!stock) co_return stock.error();
    if (stock->product_id != *product)
        co_return refuse(ErrorCode::not_found, "the product has no such variant");
    co_return stock_answer(variant_stock_json(*stock), stock->stock.version);
}

Task<Outcome> show_seller_stock(Call& call) {
    const auto key = path_stock(call);
    if (!key) co_return key.error();
    const auto stock = co_await read_stock(call, *key);
    if (!stock) co_return stock.error();
    co_return stock_answer(seller_stock_json(**stock), (*stock)->version);
}

Task<Outcome> change_stock(Call& call) {
    const auto key = own_path_stock(call);
    if (!key) co_return key.error();
    const auto expected = call.expected_version();
    if (!expected) co_return expected.error();
    const auto body = read_json<StockBody>(call.request().body);
    if (!body) co_return body.error();
    AdjustStock command{body->mode == StockMode::set, body->quantity, body->reason, *expected,
                        body->low_stock_threshold};
    Render<StockView> render = [](const StockView& stock) {
        return stock_answer(seller_stock_json(stock), stock.version);
    };
    co_return co_await call.wait<Outcome>([&](Reply reply) {
        call.services().stocks.adjust(
            *key, {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
}

Answer list_answer(std::string body) {
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

Task<Outcome> list_movements(Call& call) {
    const auto key = own_path_stock(call);
    if (!key) co_return key.error();
    const auto parameters = read_query<CursorQuery>(call.request().query);
    if (!parameters) co_return parameters.error();
    const PageQuery query{parameters->page, parameters->limit, parameters->cursor};
    const auto stock = co_await read_stock(call, *key);
    if (!stock) co_return stock.error();
    auto page =
        co_await call.wait<Result<MovementPage>>([&](Promise<Result<MovementPage>> promise) {
            call.services().inventory_reports.movements({call.tenant(), *key}, query,
                                                        std::move(promise));
        });
    if (!page) co_return page.error();
    co_return list_answer(movements_json(std::move(*page), query));
}

Task<Outcome> list_low_stock(Call& call) {
    const auto parameters = read_query<PageBody>(call.request().query);
    if (!parameters) co_return parameters.error();
    const PageQuery query{parameters->page, parameters->limit, {}};
    auto page =
        co_await call.wait<Result<LowStockPage>>([&](Promise<Result<LowStockPage>> promise) {
            call.services().inventory_reports.low_stock(call.tenant(), call.principal().vendor,
                                                        query, std::move(promise));
        });
    if (!page) co_return page.error();
    co_return list_answer(low_stock_json(std::move(*page), query));
}

/// What is to be held: units per SKU, and which item of the body named each SKU first.
struct Demand {
    std::vector<std::pair<StockKey, std::int64_t>> units;
    std::vector<std::size_t> first_item;

    void add(const StockKey& key, std::int64_t quantity, std::size_t item) {
        const auto known = std::ranges::find(units, key, &std::pair<StockKey, std::int64_t>::first);
        if (known != units.end()) {
            known->second += quantity;
        } else {
            units.emplace_back(key, quantity);
            first_item.push_back(item);
        }
    }
};

std::string item_field(std::size_t index, std::string_view member) {
    return "items[" + std::to_string(index) + "]." + std::string{member};
}

/// Looks every variant up; all that are wrong are named at once.
Task<Result<Demand>> demand_of_items(Call& call, const std::vector<ReserveItem>& items) {
    std::vector<Wait<OfferFound>> waits;
    for (const auto& item : items) {
        waits.push_back(call.wait<OfferFound>([&](Promise<OfferFound> promise) {
            call.services().catalogue.offer({call.tenant(), item.variant_id}, std::move(promise));
        }));
    }
    Demand demand;
    Error wrong{ErrorCode::invalid_input, "Invalid input data"};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto offer = co_await waits[i];
        if (!offer && offer.error().code != ErrorCode::not_found) co_return offer.error();
        if (!offer) {
            wrong.details.push_back({item_field(i, "variantId"), "names nothing that is for sale"});
        } else if (items[i].product_id && *items[i].product_id != (*offer)->product_id) {
            wrong.details.push_back(
                {item_field(i, "productId"), "is not the product of this variant"});
        } else {
            demand.add({items[i].variant_id, (*offer)->seller_id}, items[i].quantity, i);
        }
    }
    if (!wrong.details.empty()) co_return wrong;
    co_return demand;
}

/// A refusal names SKUs by their place in the demand; the caller knows the items of the body.
Error in_terms_of_items(Error error, const Demand& demand) {
    constexpr std::string_view prefix = "items[";
    for (auto& detail : error.details) {
        if (!detail.field.starts_with(prefix)) continue;
        std::size_t place = demand.first_item.size();
        std::from_chars(detail.field.data() + prefix.size(),
                        detail.field.data() + detail.field.size(), place);
        if (place < demand.first_item.size())
            detail.field = item_field(demand.first_item[place], "quantity");
    }
    return error;
}

Task<Result<bool>> cart_is_open(Call& call, std::optional<CartId> id) {
    if (!id) co_return true;
    const auto cart = co_await cart_of_body(call, *id);
    if (!cart) co_return cart.error();
    if ((*cart)->status == CartStatus::ordered)
        co_return refuse(ErrorCode::conflict, "the cart has already been ordered");
    if ((*cart)->status == CartStatus::merged)
        co_return refuse(ErrorCode::conflict, "the cart has been merged into its owner's");
    if (has_expired(**cart, call.services().clock.now()))
        co_return refuse(ErrorCode::gone, "the cart has expired");
    co_return true;
}

Task<Outcome> reserve(Call& call) {
    const auto body = read_json<ReserveBody>(call.request().body);
    if (!body) co_return body.error();
    const auto& access = call.route()->access;
    if (auto refused = refuse_access(access, call.principal(), body->cart_id.has_value()))
        co_return *refused;
    const auto& services = call.services();
    const Duration lasts = std::chrono::minutes{body->reservation_minutes};
    if (lasts > services.settings.max_reservation_time)
        co_return refuse(ErrorCode::unprocessable, "reservationMinutes",
                         "is longer than this marketplace allows");
    const auto open = co_await cart_is_open(call, body->cart_id);
    if (!open) co_return open.error();
    const auto demand = co_await demand_of_items(call, body->items);
    if (!demand) co_return demand.error();

    ReserveMany command{ReservationId{services.ids.next()}, demand->units, body->cart_id,
                        services.clock.now() + lasts};
    Render<Reservation> render = [](const Reservation& reservation) {
        Answer answer;
        answer.status = 201;
        answer.body = enveloped(reservation_json(reservation));
        return answer;
    };
    auto outcome = co_await call.wait<Outcome>([&](Reply reply) {
        services.stocks.reserve(
            {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
    if (!outcome) co_return in_terms_of_items(outcome.error(), *demand);
    co_return outcome;
}

Task<Outcome> close(Call& call, ReservationState how, std::string_view message) {
    const auto id = call.path_id<ReservationId>("reservationId");
    if (!id) co_return id.error();
    CloseMany command{*id, how};
    Render<Reservation> render = [message](const Reservation& reservation) {
        Answer answer;
        answer.body = enveloped(reservation_json(reservation), message);
        return answer;
    };
    co_return co_await call.wait<Outcome>([&](Reply reply) {
        call.services().stocks.close(
            {std::move(command), call.ask_context(), std::move(render), std::move(reply)});
    });
}

/// The id is the secret: only who made the reservation knows it.
Task<Outcome> release(Call& call) {
    co_return co_await close(call, ReservationState::released, "Reservation released successfully");
}

Task<Outcome> confirm(Call& call) {
    co_return co_await close(call, ReservationState::confirmed,
                             "Reservation confirmed successfully");
}

}  // namespace
}  // namespace souk
