#pragma once
// Every route of the API, one function per noun. Each file opens with its map.

#include "http/router.hpp"

namespace souk {

void add_product_routes(Router& router);
void add_account_routes(Router& router);
void add_session_routes(Router& router);
void add_provider_routes(Router& router);
void add_address_routes(Router& router);
void add_people_routes(Router& router);
void add_personal_data_routes(Router& router);
void add_customer_routes(Router& router);
void add_api_key_routes(Router& router);
void add_audit_routes(Router& router);
void add_cart_routes(Router& router);
void add_buyer_routes(Router& router);
void add_checkout_routes(Router& router);
void add_discount_routes(Router& router);
void add_order_routes(Router& router);
void add_payment_routes(Router& router);
void add_refund_routes(Router& router);
void add_webhook_routes(Router& router);
void add_inventory_routes(Router& router);
void add_live_routes(Router& router);
void add_console_routes(Router& router);
void add_tenant_routes(Router& router);
void add_console_action_routes(Router& router);

inline void add_api_routes(Router& router) {
    add_product_routes(router);
    add_account_routes(router);
    add_session_routes(router);
    add_provider_routes(router);
    add_address_routes(router);
    add_people_routes(router);
    add_personal_data_routes(router);
    add_customer_routes(router);
    add_api_key_routes(router);
    add_audit_routes(router);
    add_cart_routes(router);
    add_buyer_routes(router);
    add_checkout_routes(router);
    add_discount_routes(router);
    add_order_routes(router);
    add_payment_routes(router);
    add_refund_routes(router);
    add_webhook_routes(router);
    add_inventory_routes(router);
    add_live_routes(router);
    add_console_routes(router);
    add_tenant_routes(router);
    add_console_action_routes(router);
}

}  // namespace souk
