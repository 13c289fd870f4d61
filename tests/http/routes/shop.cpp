#include "tests/http/routes/shop.hpp"

#include "http/authentication.hpp"
#include "http/routes/routes.hpp"

namespace souk {
namespace {

template <class IdType>
IdType fixed_id(std::uint8_t last) {
    IdType id;
    id.uuid.bytes[15] = last;
    return id;
}

Offer offer_of(std::uint8_t number, Amount price) {
    Offer offer;
    offer.product_id = fixed_id<ProductId>(number);
    offer.variant_id = fixed_id<VariantId>(number);
    offer.seller_id = fixed_id<VendorId>(number);
    offer.unit_price = price;
    offer.product_name = "Product " + std::to_string(number);
    offer.product_slug = "product-" + std::to_string(number);
    offer.sku = "SKU-" + std::to_string(number);
    return offer;
}

Stock stock_of(const StockKey& key, std::int64_t units) {
    Stock stock;
    stock.key = key;
    stock.on_hand = units;
    stock.version = 1;
    return stock;
}

std::shared_ptr<const PriceTables> jordan() {
    const ShippingMethod standard{
        "standard", "Standard Delivery", "3-5 business days", "3-5", 5, "USD", 500, true, {}};
    return std::make_shared<PriceTables>(
        PriceTables{{{"JO", "Jordan", {standard}}}, {{"JO", "", "Sales tax", {800, false}}}});
}

template <class State, class Rows, class Key>
void give(const Rows& rows, const Key& key, const Read<State>& read) {
    const auto found = rows.find(key);
    if (found == rows.end()) return read(refuse(ErrorCode::not_found, "no such thing"));
    read(std::make_shared<const State>(found->second));
}

}  // namespace

void ShopStocks::adjust(const StockKey& key, Ask<AdjustStock, StockView> ask) {
    const auto row = rows.find(key);
    if (row == rows.end()) return ask.reply(refuse(ErrorCode::not_found, "no such stock"));
    const auto change = decide(row->second, ask.command, clock_.now());
    if (!change) return ask.reply(change.error());
    apply(row->second, *change);
    ask.reply(ask.render(view_of(row->second)));
}

void ShopStocks::reserve(Ask<ReserveMany, Reservation> ask) {
    Error short_of{ErrorCode::insufficient_stock, "not enough units"};
    for (std::size_t i = 0; i < ask.command.units.size(); ++i) {
        const auto& [key, quantity] = ask.command.units[i];
        if (rows[key].available() < quantity)
            short_of.details.push_back({"items[" + std::to_string(i) + "].quantity", "too many"});
    }
    if (!short_of.details.empty()) return ask.reply(short_of);
    for (const auto& [key, quantity] : ask.command.units) rows[key].reserved += quantity;
    open_.emplace(ask.command.id, ask.command);
    ask.reply(
        ask.render(Reservation{ask.command.id, ask.command.expires_at, ReservationState::open}));
}

void ShopStocks::close(Ask<CloseMany, Reservation> ask) {
    const auto found = open_.find(ask.command.id);
    if (found == open_.end()) return ask.reply(refuse(ErrorCode::not_found, "no such reservation"));
    for (const auto& [key, quantity] : found->second.units) rows[key].reserved -= quantity;
    found->second.units.clear();
    ask.reply(
        ask.render(Reservation{ask.command.id, found->second.expires_at, ask.command.outcome}));
}

void ShopStocks::read(const OfTenant<StockKey>& key, Read<StockView> read) {
    const auto row = rows.find(key.id);
    if (row == rows.end()) return read(refuse(ErrorCode::not_found, "no such stock"));
    read(std::make_shared<const StockView>(view_of(row->second)));
}

std::shared_ptr<const StockView> ShopStocks::peek(const OfTenant<StockKey>& key) {
    const auto row = rows.find(key.id);
    if (!live || row == rows.end()) return nullptr;
    return std::make_shared<const StockView>(view_of(row->second));
}

std::optional<GatewayAnswer> generous(const GatewayRequest& request) {
    switch (request.step) {
        case GatewayStep::authorize:
            return GatewayAnswer{.status = GatewayStatus::authorized,
                                 .intent = "pi_1",
                                 .client_secret = "pi_1_secret_x"};
        case GatewayStep::refund:
            return GatewayAnswer{.status = GatewayStatus::refunded, .refunded = request.amount};
        case GatewayStep::cancel:
            return GatewayAnswer{.status = GatewayStatus::cancelled};
        default:
            return GatewayAnswer{.status = GatewayStatus::captured, .captured = request.amount};
    }
}

void ShopOrders::tell(const OrderId& id, Ask<OrderCommand, Order> ask) {
    contexts.push_back(ask.context);
    if (refusal) return ask.reply(*refusal);
    auto change = decide(rows[id], ask.command, clock_.now());
    if (!change) return ask.reply(change.error());
    rows[id] = change->next;
    auto calls = change->calls;
    while (!calls.empty()) {
        const auto call = calls.front();
        calls.erase(calls.begin());
        asked.push_back(call.request.step);
        const auto answer = gateway(call.request);
        if (!answer) continue;
        const GatewayReported report{call.request.idempotency_key, call.request.step,
                                     call.try_number, *answer};
        change = decide(rows[id], report, clock_.now());
        rows[id] = change.value().next;
        calls.insert(calls.end(), change->calls.begin(), change->calls.end());
    }
    ask.reply(ask.render(rows[id]));
}

void ShopOrders::read(const OfTenant<OrderId>& id, Read<Order> read) {
    give<Order>(rows, id.id, read);
}

void ShopCarts::tell(const CartId& id, Ask<CartCommand, Cart> ask) {
    const auto known = rows.find(id);
    const auto next =
        decide(known == rows.end() ? Cart{} : known->second, ask.command, clock_.now());
    if (!next) return ask.reply(next.error());
    rows[id] = *next;
    ask.reply(ask.render(*next));
}

void ShopCarts::place_order(const CartId& id, Ask<PlaceOrder, Order> ask) {
    const auto known = rows.find(id);
    const auto cart = known == rows.end() ? Cart{} : known->second;
    if (cart.order_id && cart.order_fingerprint == ask.command.fingerprint)
        return ask.reply(ask.render(orders_.rows.at(*cart.order_id)));
    auto order = draft_order(cart, ask.command, clock_.now());
    if (!order) return ask.reply(order.error());
    order->number = "SOUK-2026-000001";
    for (auto& item : order->items) item.id = OrderItemId{ids_.next()};
    rows[id] = ordered(cart, ask.command, clock_.now());
    orders_.rows[order->id] = *order;
    ask.reply(ask.render(*order));
}

void ShopCarts::merge(const CartId& id, Ask<MergeCart, Cart> ask) {
    const auto merged =
        merge_carts(rows[id], rows[ask.command.guest], ask.command.available, clock_.now());
    if (!merged) return ask.reply(merged.error());
    rows[id] = merged->survivor;
    rows[ask.command.guest] = merged->guest;
    ask.reply(ask.render(merged->guest));
}

void ShopCarts::read(const OfTenant<CartId>& id, Read<Cart> read) { give<Cart>(rows, id.id, read); }

void ShopCatalogue::list(ProductQuery query, Promise<Result<ProductPage>> page) {
    last_query = query;
    page(ProductPage{{std::make_shared<ProductJson>(ProductJson{R"({"id":1})", "{}"})}, 41});
}

void ShopCatalogue::product(const OfTenant<ProductId>& id,
                            Promise<Result<std::shared_ptr<const ProductJson>>> found) {
    if (id.id != fixed_id<ProductId>(1))
        return found(refuse(ErrorCode::not_found, "no such product"));
    found(std::make_shared<const ProductJson>(ProductJson{"{}", R"({"id":"one"})", 7, {}}));
}

void ShopCatalogue::product_by_slug(OfTenant<std::string> slug,
                                    Promise<Result<std::shared_ptr<const ProductJson>>> found) {
    product({slug.tenant, fixed_id<ProductId>(slug.id == "product-1" ? 1 : 99)}, std::move(found));
}

void ShopCatalogue::offer(const OfTenant<VariantId>& id,
                          Promise<Result<std::shared_ptr<const Offer>>> found) {
    give<Offer>(offers, id.id, found);
}

void ShopReports::movements(const OfTenant<StockKey>&, PageQuery,
                            Promise<Result<MovementPage>> page) {
    page(MovementPage{});
}

void ShopReports::low_stock(const TenantId&, std::optional<VendorId> vendor, PageQuery,
                            Promise<Result<LowStockPage>> page) {
    asked_for = vendor;
    page(LowStockPage{});
}

void ShopPayments::order_of(const OfTenant<PaymentId>& id, Promise<Result<OrderId>> found) {
    for (const auto& [order_id, order] : orders_.rows)
        if (order.payment && order.payment->id == id.id) return found(order_id);
    found(refuse(ErrorCode::not_found, "no such row"));
}

void ShopPayments::order_of_intent(const TenantId&, PaymentMethod gateway, std::string intent,
                                   Promise<Result<OrderId>> found) {
    for (const auto& [order_id, order] : orders_.rows)
        if (order.payment && order.payment_method == gateway && order.payment->intent == intent)
            return found(order_id);
    found(refuse(ErrorCode::not_found, "no such row"));
}

void ShopPayments::stuck(const TenantId&, PageQuery query, Promise<Result<StuckPage>> page) {
    last_query = query;
    page(queue);
}

void ShopWebhooks::stripe(std::string signature, std::string body, Reply reply) {
    last_signature = std::move(signature);
    last_body = std::move(body);
    reply(outcome);
}

void ShopDiscounts::quote(OfTenant<std::string> code, Buyer buyer, Amount subtotal,
                          Currency currency, Promise<Result<AppliedDiscount>> quoted) {
    const auto row = rows.find(discount_code_of(code.id));
    if (row == rows.end())
        return quoted(refuse(ErrorCode::invalid_input, "discountCode", "is not valid"));
    quoted(quote_discount(row->second, buyer, subtotal, currency, clock_.now()));
}

namespace {

DiscountView view_of(const Discount& row) { return {row, row.id, row.code, row.used, row.version}; }

}  // namespace

void ShopDiscounts::tell(const std::string& code, Ask<DiscountEdit, DiscountView> ask) {
    Discount row;
    row.code = code;
    if (const auto known = rows.find(code); known != rows.end()) row = known->second;
    const auto change = decide(row, ask.command, clock_.now());
    if (!change) return ask.reply(change.error());
    apply(row, *change);
    rows[code] = row;
    ask.reply(ask.render(view_of(row)));
}

void ShopDiscounts::read(const OfTenant<std::string>& code, Read<DiscountView> read) {
    const auto row = rows.find(code.id);
    if (row == rows.end()) return read(refuse(ErrorCode::not_found, "no such discount code"));
    read(std::make_shared<const DiscountView>(view_of(row->second)));
}

void ShopDiscounts::list(const TenantId&, PageQuery query, Promise<Result<DiscountPage>> page) {
    DiscountPage all;
    for (const auto& [code, row] : rows) all.rows.push_back(view_of(row));
    all.total = static_cast<std::int64_t>(all.rows.size());
    all.rows.resize(std::min<std::size_t>(all.rows.size(), static_cast<std::size_t>(query.limit)));
    page(std::move(all));
}

void ShopBook::find(const TenantId&, const std::string& caller, const std::string& key,
                    Promise<Result<std::optional<IdempotencyRecord>>> found) {
    std::optional<IdempotencyRecord> record;
    for (const auto& one : records)
        if (one.caller == caller && one.key == key) record = one;
    found(record);
}

void ShopBook::remember(const TenantId&, IdempotencyRecord record, Promise<Result<bool>> done) {
    records.push_back(std::move(record));
    done(true);
}

std::string ShopKeys::add(std::vector<std::string> scopes, std::optional<VendorId> vendor) {
    const std::string secret = "0123456789abcdef" + std::to_string(keys_.size());
    ApiKey key;
    key.id = ApiKeyId{uuid_v7(TimePoint{}, 7, keys_.size())};
    key.secret_hash = sha256({secret});
    key.scopes = std::move(scopes);
    key.vendor = vendor;
    keys_[key.id] = std::make_shared<ApiKey>(key);
    return api_key_text(key.id, secret);
}

void ShopKeys::find(const OfTenant<ApiKeyId>& id,
                    Promise<Result<std::shared_ptr<const ApiKey>>> found) {
    const auto known = keys_.find(id.id);
    if (known == keys_.end()) return found(refuse(ErrorCode::not_found, "no such key"));
    found(known->second);
}

Shop::Shop()
    : services{carts,
               orders,
               stocks,
               discounts,
               book,
               catalogue,
               reports,
               payments,
               discounts,
               webhooks,
               console,
               tables,
               tenants,
               keys,
               accounts,
               provider_log_ins,
               about_people.people,
               about_people.addresses,
               about_people.customers,
               about_people.buyers,
               about_people.key_desk,
               about_people.audit,
               about_people.personal_data,
               limits,
               health,
               metrics,
               clock,
               ids,
               documents,
               live} {
    services.settings.access_log = false;
    services.settings.payment_methods.push_back(PaymentMethod::sandbox);
    tables.tables = jordan();
    const auto one = offer_of(1, 2950);
    const auto other = offer_of(2, 1000);
    catalogue.offers = {{one.variant_id, one}, {other.variant_id, other}};
    serum = {one.variant_id, one.seller_id};
    cream = {other.variant_id, other.seller_id};
    stocks.rows = {{serum, stock_of(serum, 10)}, {cream, stock_of(cream, 3)}};
    serum_product = to_text(one.product_id);
    serum_variant = to_text(one.variant_id);
    cream_variant = to_text(other.variant_id);
    add_api_routes(router);
}

Response Shop::ask(Method method, std::string path, std::string body, Headers headers) {
    Request request;
    request.method = method;
    request.target = "/api/v1" + std::move(path);
    request.body = std::move(body);
    request.headers = std::move(headers);
    if (!request.body.empty()) request.headers.emplace_back("content-type", "application/json");
    Stages stages(router, services);
    Call call(std::move(request), services, std::make_shared<InlineExecutor>());
    // Nothing here waits for another thread, so one coroutine resumes into the end.
    Response response;
    const auto run = [&]() -> Task<bool> {
        response = co_await stages.serve(call);
        co_return true;
    };
    auto task = run();
    task.start();
    return response;
}

std::string Shop::cart_with(int quantity) {
    const auto cart_id = text_of(ask(Method::post, "/cart"), "id");
    ask(Method::post, "/cart/" + cart_id + "/items",
        R"({"productId":")" + serum_product + R"(","variantId":")" + serum_variant +
            R"(","quantity":)" + std::to_string(quantity) + "}");
    return cart_id;
}

std::string Shop::order_body(const std::string& cart_id, std::string_view more,
                             std::string_view payment_method) {
    return R"({"cartId":")" + cart_id +
           R"(","shippingAddress":{"firstName":"A","lastName":"K","email":"a@example.com",)"
           R"("phone":"+962791234567","country":"JO","city":"Amman","street":"Queen Rania"},)"
           R"("shippingMethod":"standard","paymentMethod":")" +
           std::string{payment_method} + '"' + std::string{more} + "}";
}

std::string Shop::order_of(const std::string& cart_id, std::string_view payment_method) {
    return text_of(ask(Method::post, "/orders", order_body(cart_id, {}, payment_method)), "id");
}

bool contains(const Response& response, std::string_view part) {
    return response.body.find(part) != std::string::npos ||
           response.headers.find(part) != std::string::npos;
}

std::string text_of(const Response& response, std::string_view member) {
    const auto key = '"' + std::string{member} + R"(":")";
    const auto at = response.body.find(key);
    if (at == std::string::npos) return {};
    const auto start = at + key.size();
    return response.body.substr(start, response.body.find('"', start) - start);
}

}  // namespace souk
