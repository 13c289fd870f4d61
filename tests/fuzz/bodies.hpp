#pragma once
// Every body and query that clients may send.

#include "protocol/cart_json.hpp"
#include "protocol/checkout_json.hpp"
#include "protocol/console_action_json.hpp"
#include "protocol/console_json.hpp"
#include "protocol/console_pages_json.hpp"
#include "protocol/discount_json.hpp"
#include "protocol/envelope.hpp"
#include "protocol/inventory_json.hpp"
#include "protocol/order_json.hpp"
#include "protocol/payment_json.hpp"
#include "protocol/product_json.hpp"
#include "protocol/read_json.hpp"
#include "protocol/read_query.hpp"

namespace souk {

template <class... Bodies>
struct BodyList {
    template <class Visit>
    static void for_each(const Visit& visit) {
        (visit.template operator()<Bodies>(), ...);
    }
};

using Bodies = BodyList<CreateCartBody, AddItemBody, UpdateItemBody, ShippingBody, DiscountBody,
                        RemoveDiscountBody, PlaceOrderBody, ActionBody, RefundNowBody, ExtendBody,
                        DiscountRulesBody, CreateDiscountBody, CancelBody, StockBody, ReserveBody,
                        PaymentBody, CreateIntentBody, ConfirmPaymentBody, ConfirmIntentBody,
                        CollectPaymentBody, RefundBody, RetryBody, GiveUpBody>;
using Queries =
    BodyList<ActorsQuery, AuditQuery, CursorQuery, OverviewQuery, PageBody, ProductListQuery>;

}  // namespace souk
