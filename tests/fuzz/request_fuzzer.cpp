// From bytes on a socket to what the rules decide: parser, target, query, body, command. However
// the bytes arrive, the request is the same; whatever a command asks for, stock stays in range. The
// first byte says where the bytes are split, the rest is the request.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bodies.hpp"
#include "domain/stock.hpp"
#include "fuzzing.hpp"
#include "http/request_parser.hpp"

namespace souk {
namespace {

constexpr std::uint32_t max_header = 4'096;
constexpr std::uint64_t max_body = 16'384;

/// What came of the bytes: a request, or the status it is refused with; nothing while it lasts.
struct Parsed {
    std::optional<Request> request;
    int refused{0};

    /// What is not a whole request may be refused sooner or later; a whole one is the same.
    bool agrees_with(const Parsed& other) const {
        if (!request && !other.request) return true;
        return request && other.request && request->method == other.request->method &&
               request->target == other.request->target &&
               request->headers == other.request->headers && request->body == other.request->body;
    }
};

/// Feeds the pieces as a connection does: what the parser leaves comes again with the next piece.
Parsed parse(std::span<const std::string_view> pieces) {
    RequestParser parser(max_header, max_body);
    std::string buffer;
    for (const auto piece : pieces) {
        buffer += piece;
        while (!buffer.empty() && !parser.is_done()) {
            boost::system::error_code ec;
            const auto taken = parser.feed(boost::asio::buffer(buffer), ec);
            if (ec && ec != boost::beast::http::error::need_more)
                return {{}, parser.failure_of(ec).status};
            buffer.erase(0, taken);
            if (taken == 0) break;
        }
    }
    if (!parser.is_done()) return {};
    return {std::move(parser.request()), 0};
}

StockView full_shelf() { return {{}, 100, 40, 10, 1}; }

void check_stock(const StockCommand& command) {
    const auto shelf = full_shelf();
    Stock stock;
    stock.on_hand = shelf.on_hand;
    stock.reserved = shelf.reserved;
    const auto change = decide(stock, command, TimePoint{});
    if (!change) return;
    apply(stock, *change);
    promise(stock.on_hand >= 0 && stock.reserved >= 0 && stock.reserved <= stock.on_hand &&
                stock.on_hand <= max_stock_units,
            "stock stays in range");
}

void check_commands(const std::string& body) {
    if (const auto wish = read_json<StockBody>(body))
        check_stock(AdjustStock{wish->mode == StockMode::set,
                                wish->quantity,
                                wish->reason,
                                {},
                                wish->low_stock_threshold});
    if (const auto wish = read_json<ReserveBody>(body))
        for (const auto& item : wish->items)
            check_stock(ReserveStock{.quantity = item.quantity,
                                     .expires_at = TimePoint{} + std::chrono::minutes{15}});
    const auto wish = read_json<AddItemBody>(body);
    if (!wish) return;
    Cart cart;
    cart.version = 1;
    cart.expires_at = TimePoint{} + std::chrono::hours{1};
    Offer offer;
    offer.currency = cart.currency;
    offer.unit_price = 2'950;
    const auto next =
        decide(cart, AddCartItem{.offer = offer, .quantity = wish->quantity, .available = 500},
               TimePoint{});
    promise(!next || (wish->quantity > 0 && wish->quantity <= 500), "a cart holds what there is");
}

void check_request(Request request) {
    if (!read_target(request)) return;
    promise(request.path.find('\0') == std::string::npos, "a path has no control characters");
    Queries::for_each([&]<class Query>() {
        [[maybe_unused]] const auto query = read_query<Query>(request.query);
    });
    Bodies::for_each(
        [&]<class Body>() { [[maybe_unused]] const auto body = read_json<Body>(request.body); });
    check_commands(request.body);
}

}  // namespace
}  // namespace souk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace souk;
    auto bytes = text_of(data, size);
    const auto lot = take_byte(bytes);
    const std::string_view whole[]{bytes};
    const auto at = bytes.empty() ? 0 : lot * bytes.size() / 256;
    const std::string_view halves[]{bytes.substr(0, at), bytes.substr(at)};
    auto parsed = parse(whole);
    promise(parsed.agrees_with(parse(halves)), "a request is the same however it arrives");
    if (parsed.request) check_request(std::move(*parsed.request));
    return 0;
}
