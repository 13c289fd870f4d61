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

void tell(const Promise<Result<OrderId>>& found, const Result<std::optional<OrderId>>& order) {
    if (!order) return found(order.error());
    if (!*order) return found(refuse(ErrorCode::not_found, "no such payment"));
    found(**order);
}

}  // namespace

void PaymentsView::order_of(PaymentId id, Promise<Result<OrderId>> found) {
    reads_.read([id](Connection& db) { return find_order_of_payment(db, id); },
                [found](Result<std::optional<OrderId>> order) { tell(found, order); });
}

void PaymentsView::order_of_intent(PaymentMethod gateway, std::string intent,
                                   Promise<Result<OrderId>> found) {
    reads_.read([gateway, intent = std::move(intent)](
                    Connection& db) { return find_order_of_intent(db, gateway, intent); },
                [found](Result<std::optional<OrderId>> order) { tell(found, order); });
}

void PaymentsView::stuck(PageQuery query, Promise<Result<StuckPage>> page) {
    reads_.read([limit = query.limit, offset = (query.page - 1) * query.limit](
                    Connection& db) { return find_stuck_attempts(db, limit, offset); },
                [page](Result<StuckAttemptList> list) {
                    if (!list)
                        page(list.error());
                    else
                        page(page_of(std::move(*list)));
                });
}

}  // namespace souk
