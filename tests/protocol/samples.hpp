#pragma once
// A cart, an order and a product as the tests of their JSON need them.

#include "domain/cart.hpp"
#include "domain/catalogue.hpp"
#include "domain/order.hpp"

namespace souk {

template <class IdType>
IdType sample_id(std::uint8_t last) {
    IdType id;
    id.uuid.bytes[15] = last;
    return id;
}

inline TimePoint sample_time() { return parse_rfc3339("2026-01-15T10:00:00Z").value(); }

inline Offer sample_offer() {
    Offer offer;
    offer.product_id = sample_id<ProductId>(1);
    offer.variant_id = sample_id<VariantId>(2);
    offer.seller_id = sample_id<VendorId>(3);
    offer.unit_price = 2950;
    offer.product_name = "Vitamin C \"Serum\"";
    offer.product_image = "https://cdn.example.com/serum1.webp";
    offer.product_slug = "vitamin-c-serum";
    offer.variant_name = "30ml";
    offer.sku = "SV-C-30";
    return offer;
}

inline Cart sample_cart() {
    Cart cart;
    cart.id = sample_id<CartId>(4);
    cart.items = {{sample_id<CartItemId>(5), sample_offer(), 2, 5900}};
    cart.totals = {5900, 0, 472, 500, 6872};
    cart.created_at = sample_time();
    cart.updated_at = sample_time();
    cart.expires_at = sample_time();
    cart.version = 3;
    return cart;
}

inline Address sample_address() {
    Address address;
    address.first_name = "Ahmed";
    address.last_name = "Khalil";
    address.email = "ahmed@example.com";
    address.phone = "+962791234567";
    address.country = "JO";
    address.city = "Amman";
    address.street = "Queen Rania Street";
    return address;
}

inline Order sample_order() {
    Order order;
    order.id = sample_id<OrderId>(6);
    order.number = "SOUK-2026-000042";
    order.cart_id = sample_id<CartId>(4);
    order.items = {{sample_id<OrderItemId>(7), sample_offer(), 2, 5900, 0, 472}};
    order.vendor_orders = {
        {sample_id<VendorId>(3), OrderStatus::pending, {5900, 0, 472, 500, 6872}}};
    order.totals = {5900, 0, 472, 500, 6872};
    order.shipping_address = sample_address();
    order.billing_address = sample_address();
    order.shipping_method = {"standard", "Standard Delivery", "", "3-5", 5, "USD", 500, true, {}};
    order.estimated_delivery = "2026-01-20";
    order.reservation_id = sample_id<ReservationId>(8);
    order.reserved_until = sample_time();
    order.history = {
        {OrderStatus::pending, PaymentStatus::pending, "guest", "placed", sample_time()}};
    order.created_at = sample_time();
    order.updated_at = sample_time();
    order.version = 1;
    return order;
}

inline Product sample_product() {
    Product product;
    product.id = sample_id<ProductId>(1);
    product.vendor_id = sample_id<VendorId>(3);
    product.name = "Vitamin C Serum";
    product.slug = "vitamin-c-serum";
    product.price = 2950;
    product.compare_at_price = 3500;
    product.category = "serums";
    product.images = {{sample_id<ImageId>(9), "https://cdn.example.com/1.webp", "Bottle", 1}};
    product.variants = {{sample_id<VariantId>(2), product.id, product.vendor_id, "30ml", "SV-C-30",
                         2950, Currency{}, 120}};
    product.tags = {"vitamin-c"};
    product.status = "active";
    product.ingredients = {"Vitamin C"};
    product.rating_hundredths = 480;
    product.review_count = 234;
    product.created_at = sample_time();
    product.updated_at = sample_time();
    return product;
}

}  // namespace souk
