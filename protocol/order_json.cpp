#include "protocol/order_json.hpp"

#include "protocol/write_json.hpp"

namespace souk {

std::string order_json(const Order& order) {
    return write_json(order, 2048 + order.items.size() * 512);
}

Order part_of(const Order& order, VendorId vendor) {
    Order part = order;
    part.cart_id = {};
    part.payment.reset();  // of the whole order
    std::erase_if(part.items,
                  [&](const OrderItem& item) { return item.offer.seller_id != vendor; });
    std::erase_if(part.vendor_orders,
                  [&](const VendorOrder& one) { return one.vendor_id != vendor; });
    part.totals = part.vendor_orders.empty() ? Totals{} : part.vendor_orders.front().totals;
    return part;
}

std::string order_status_json(const Order& order) { return write_json(OrderStatusView{order}); }

}  // namespace souk
