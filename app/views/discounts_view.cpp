#include "app/views/discounts_view.hpp"

#include "persistence/discount_repository.hpp"

namespace souk {

void DiscountsView::list(const TenantId& tenant, PageQuery query,
                         Promise<Result<DiscountPage>> page) {
    reads_.read(
        tenant,
        [tenant, limit = query.limit, offset = (query.page - 1) * query.limit](Connection& db) {
            return find_discount_list(db, tenant, limit, offset);
        },
        [page](Result<DiscountList> list) {
            if (!list) return page(list.error());
            page(DiscountPage{std::move(list->codes), list->total});
        });
}

}  // namespace souk
