#pragma once
// Stock in its two shapes, reservations, the ledger and the low-stock list.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/stock.hpp"
#include "protocol/entities.hpp"
#include "protocol/envelope.hpp"
#include "protocol/fields.hpp"
#include "protocol/text_values.hpp"
#include "protocol/views.hpp"

namespace souk {

/// 001's shape.
struct VariantStock {
    ProductId product_id;
    StockView stock;
};

template <>
struct Schema<VariantStock> {
    using View = VariantStock;
    static constexpr std::string_view name = "VariantStock";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("productId", &View::product_id, "The product."),
        field(
            "variantId", [](const View& view) { return view.stock.key.variant; }, "The variant."),
        field(
            "inventoryCount", [](const View& view) { return view.stock.available(); },
            "Units that can be bought now."),
        field(
            "available", [](const View& view) { return view.stock.available() > 0; },
            "Can it be bought now?"),
        field(
            "lowStock", [](const View& view) { return view.stock.low(); },
            "Is the count at the threshold or below?"),
        field(
            "lowStockThreshold", [](const View& view) { return view.stock.low_stock_threshold; },
            "Set by the seller."));
};

/// 003's shape, by seller.
template <>
struct Schema<StockView> {
    static constexpr std::string_view name = "SellerStock";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "variantId", [](const StockView& stock) { return stock.key.variant; }, "The variant."),
        field(
            "sellerId", [](const StockView& stock) { return stock.key.seller; }, "Who sells it."),
        field("onHand", &StockView::on_hand, "Units on the shelf."),
        field("reserved", &StockView::reserved, "Units promised to someone."),
        field("available", &StockView::available, "Units that can be bought now."),
        field("lowStock", &StockView::low, "Is the count at the threshold or below?"),
        field("lowStockThreshold", &StockView::low_stock_threshold, "Set by the seller."),
        field("version", &StockView::version, "Counts changes; also the ETag."));
};

std::string variant_stock_json(const VariantStock& stock);
std::string seller_stock_json(const StockView& stock);

enum class StockMode { adjust, set };

template <>
struct EnumNames<StockMode> {
    static constexpr std::array<std::pair<StockMode, std::string_view>, 2> names{{
        {StockMode::set, "set"},
        {StockMode::adjust, "adjust"},
    }};
};

struct StockBody {
    StockMode mode{StockMode::set};
    std::int64_t quantity{};
    std::string reason;
    std::optional<std::int64_t> low_stock_threshold;
};

template <>
struct Schema<StockBody> {
    static constexpr std::string_view name = "ChangeStock";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("mode", &StockBody::mode, "set the count, or adjust it by a difference."),
        field("quantity", &StockBody::quantity,
              "The count, or the difference, which may be negative.",
              {.min = -max_stock_units, .max = max_stock_units}),
        field("reason", &StockBody::reason, "For the ledger.",
              {.min_length = 1, .max_length = 255}),
        field("lowStockThreshold", &StockBody::low_stock_threshold,
              "From which count on the stock is low.", {.min = 0, .max = max_stock_units}));
};

inline constexpr std::int64_t max_reserved_units = 1'000'000;

struct ReserveItem {
    std::optional<ProductId> product_id;
    VariantId variant_id;
    std::int64_t quantity{};
};

template <>
struct Schema<ReserveItem> {
    static constexpr std::string_view name = "ReserveItem";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("productId", &ReserveItem::product_id, "The variant's product; checked when given."),
        field("variantId", &ReserveItem::variant_id, "What to hold."),
        field("quantity", &ReserveItem::quantity, "Units to hold.",
              {.min = 1, .max = max_reserved_units}));
};

struct ReserveBody {
    std::vector<ReserveItem> items;
    std::optional<CartId> cart_id;
    std::int64_t reservation_minutes{15};
};

template <>
struct Schema<ReserveBody> {
    static constexpr std::string_view name = "ReserveStock";
    static constexpr auto use = Use::request;
    static constexpr auto fields = std::make_tuple(
        field("items", &ReserveBody::items, "All of them, or none.",
              {.min_items = 1, .max_items = 100}),
        field("cartId", &ReserveBody::cart_id,
              "The cart that will use the units when it is ordered; without an API key it must be "
              "given."),
        field("reservationMinutes", &ReserveBody::reservation_minutes, "15 unless said otherwise.",
              {.min = 1, .max = 1440, .optional = true}));
};

template <>
struct EnumNames<ReservationState> {
    static constexpr std::array<std::pair<ReservationState, std::string_view>, 5> names{{
        {ReservationState::open, "open"},
        {ReservationState::confirmed, "confirmed"},
        {ReservationState::released, "released"},
        {ReservationState::expired, "expired"},
        {ReservationState::transferred, "transferred"},
    }};
};

template <>
struct Schema<Reservation> {
    static constexpr std::string_view name = "Reservation";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("reservationId", &Reservation::id,
              "Keep it secret: whoever knows it may release the units."),
        field("status", &Reservation::state, "What became of it."),
        field("expiresAt", &Reservation::expires_at, "Then the units are free again."));
};

std::string reservation_json(const Reservation& reservation);

template <>
struct EnumNames<MovementKind> {
    static constexpr std::array<std::pair<MovementKind, std::string_view>, 4> names{{
        {MovementKind::received, "received"},
        {MovementKind::adjusted, "adjusted"},
        {MovementKind::sold, "sold"},
        {MovementKind::returned, "returned"},
    }};
};

template <>
struct Schema<MovementRow> {
    static constexpr std::string_view name = "StockMovement";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field(
            "id", [](const MovementRow& row) { return row.movement.id; }, "The movement."),
        field(
            "kind", [](const MovementRow& row) { return row.movement.kind; }, "Why it happened."),
        field(
            "quantity", [](const MovementRow& row) { return row.movement.quantity; },
            "Units that came, negative for units that went."),
        field("balance", &MovementRow::balance, "Units on the shelf after it."),
        field("reason", [](const MovementRow& row) -> auto& { return row.movement.reason; },
              "As it was given.", {.null_when_empty = true}),
        field(
            "orderId", [](const MovementRow& row) { return row.movement.order_id; },
            "The order that caused it."),
        field(
            "reservationId", [](const MovementRow& row) { return row.movement.reservation_id; },
            "The reservation that caused it."),
        field("createdAt", &MovementRow::at, "When."));
};

template <>
struct Schema<LowStockRow> {
    using Row = LowStockRow;
    static constexpr std::string_view name = "LowStock";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("productId", &Row::product_id, "The product."),
        field(
            "variantId", [](const Row& row) { return row.stock.key.variant; }, "The variant."),
        field(
            "sellerId", [](const Row& row) { return row.stock.key.seller; }, "Who sells it."),
        field("name", &Row::name, "Of product and variant."),
        field("sku", &Row::sku, "Stock keeping unit."),
        field(
            "onHand", [](const Row& row) { return row.stock.on_hand; }, "Units on the shelf."),
        field(
            "reserved", [](const Row& row) { return row.stock.reserved; },
            "Units promised to someone."),
        field(
            "available", [](const Row& row) { return row.stock.available(); },
            "Units that can be bought now."),
        field(
            "lowStockThreshold", [](const Row& row) { return row.stock.low_stock_threshold; },
            "Set by the seller."));
};

/// The query of a list that also goes by cursor.
struct CursorQuery {
    std::int64_t page{1};
    std::int64_t limit{20};
    std::string cursor;
};

template <>
struct Schema<CursorQuery> {
    static constexpr std::string_view name = "CursorQuery";
    static constexpr auto use = Use::request;
    static constexpr auto fields =
        std::make_tuple(field("page", &CursorQuery::page,
                              "Which page, from 1; not together with cursor.", page_rule),
                        field("limit", &CursorQuery::limit, "Entries per page.", limit_rule),
                        field("cursor", &CursorQuery::cursor, "nextCursor of the page before.",
                              {.max_length = 200, .optional = true}));
};

std::string movements_json(MovementPage page, const PageQuery& query);
std::string low_stock_json(LowStockPage page, const PageQuery& query);

}  // namespace souk
