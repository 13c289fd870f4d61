#include "protocol/events.hpp"

#include "protocol/json.hpp"

namespace souk {

Event order_event(std::string type, const Order& order, std::string request_id) {
    Event event{std::move(type), to_text(order.id), order.version, {}, std::move(request_id)};
    JsonWriter json(event.payload);
    json.begin_object();
    json.key("orderId");
    json.string(event.entity);
    json.key("orderNumber");
    json.string(order.number);
    json.key("version");
    json.integer(order.version);
    json.key("total");
    json.integer(order.totals.total);
    json.key("currency");
    json.string(order.currency.text());
    json.end_object();
    return event;
}

}  // namespace souk
