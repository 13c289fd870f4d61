#pragma once
// What the HTTP side asks of payments beyond their orders, read from the rows.

#include "persistence/read_pool.hpp"
#include "protocol/views.hpp"

namespace souk {

class PaymentsView final : public Payments {
public:
    explicit PaymentsView(ReadPool& reads) : reads_(reads) {}

    void order_of(const OfTenant<PaymentId>& id, Promise<Result<OrderId>> found) override;
    void order_of_intent(const TenantId& tenant, PaymentMethod gateway, std::string intent,
                         Promise<Result<OrderId>> found) override;
    void stuck(const TenantId& tenant, PageQuery query, Promise<Result<StuckPage>> page) override;

private:
    ReadPool& reads_;
};

}  // namespace souk
