#pragma once
// A person's orders as they are listed.

#include "domain/order.hpp"
#include "protocol/fields.hpp"
#include "protocol/order_json.hpp"

namespace souk {

template <>
struct Schema<ListedOrder> {
    using Line = ListedOrder;
    static constexpr std::string_view name = "ListedOrder";
    static constexpr auto use = Use::answer;
    static constexpr auto fields = std::make_tuple(
        field("id", &Line::id, "The order."), field("orderNumber", &Line::number, "For people."),
        field("status", &Line::status, "What became of it."),
        field("paymentStatus", &Line::payment_status, "What became of the money."),
        field("total", &Line::total, "What the buyer pays, in minor units."),
        field("currency", &Line::currency, "ISO 4217."),
        field("itemCount", &Line::units, "Units in all lines."),
        field("version", &Line::version, "Counts changes; also the order's ETag."),
        field("createdAt", &Line::created_at, "When."),
        field("updatedAt", &Line::updated_at, "When."));
};

}  // namespace souk
