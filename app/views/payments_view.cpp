#include "app/views/payments_view.hpp"

#include "persistence/payment_repository.hpp"

namespace souk {
namespace {

StuckPage page_of(StuckAttemptList list) {
    StuckPage page;
    page.total = list.total;
    for (auto& line : list.lines)
        page.rows.push_back({line.order_id, std::move(line.order_number), line.payment_id,
                             std::move(line.attempt), line.total, line.currency});
    return page;
}

void tell(const TenantId& tenant, const Promise<Result<OrderId>>& found,
          const Result<std::optional<OfTenant<OrderId>>>& order) {
    if (!order) return found(order.error());
    if (!*order || (*order)->tenant != tenant)
        return found(refuse(ErrorCode::not_found, "no such payment"));
    found((*order)->id);
}

}  // namespace

void PaymentsView::order_of(const OfTenant<PaymentId>& id, Promise<Result<OrderId>> found) {
    reads_.read(
        id.tenant, [id = id.id](Connection& db) { return find_order_of_payment(db, id); },
        [tenant = id.tenant, found](const auto& order) { tell(tenant, found, order); });
}

void PaymentsView::order_of_intent(const TenantId& tenant, PaymentMethod gateway,
                                   std::string intent, Promise<Result<OrderId>> found) {
    reads_.read(
        tenant,
        [gateway, intent = std::move(intent)](Connection& db) {
            return find_order_of_intent(db, gateway, intent);
        },
        [tenant, found](const auto& order) { tell(tenant, found, order); });
}

void PaymentsView::stuck(const TenantId& tenant, PageQuery query, Promise<Result<StuckPage>> page) {
    reads_.read(
        tenant,
        [tenant, limit = query.limit, offset = (query.page - 1) * query.limit](Connection& db) {
            return find_stuck_attempts(db, tenant, limit, offset);
        },
        [page](Result<StuckAttemptList> list) {
            if (!list)
                page(list.error());
            else
                page(page_of(std::move(*list)));
        });
}

}  // namespace souk
