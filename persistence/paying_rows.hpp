#pragma once
// The rows of a batch that are about paying: payments as they differ from what was, the ledger,
// uses of discount codes, gateways' events. Most batches have none.

#include <optional>
#include <unordered_map>

#include "domain/change.hpp"
#include "domain/personal_cipher.hpp"
#include "persistence/row_array.hpp"

namespace souk {

struct PayingRows {
    using enum PgType;

    explicit PayingRows(const PersonalCipher& personal) : personal_(&personal) {}

    // as payments' columns
    RowArray<uuid, uuid, uuid, int8, text, int8, text, text, int8, int8, int8, boolean, boolean,
             boolean, text, timestamptz>
        payments{"payments_row"};
    // as payment_attempts' columns
    RowArray<uuid, uuid, int8, int8, int8, text, text, text, int8, uuid, int8, int8, timestamptz,
             boolean, boolean, text>
        attempts{"attempts_row"};
    // as refunds' columns
    RowArray<uuid, uuid, int8, uuid, int8, text, json, text, int8, text, boolean, int8, timestamptz>
        refunds{"refunds_row"};
    // as stray_charges' columns
    RowArray<uuid, uuid, int8, text, int8, int8> strays{"strays_row"};
    // tenant, reference, line, kind, order, account, vendor, gateway, currency, amount, at
    RowArray<uuid, text, int8, int8, uuid, int8, uuid, int8, text, int8, timestamptz> ledger{
        "ledger_row"};
    // tenant, gateway, id, type, order, created
    RowArray<uuid, int8, text, text, uuid, timestamptz> gateway_events{"gateway_events_row"};
    // tenant, discount, order, buyer's keys as the text of an array
    RowArray<uuid, uuid, uuid, text> discounts_used{"discounts_used_row"};
    // discount, order
    RowArray<uuid, uuid> discounts_given_back{"discounts_given_back_row"};
    // tenant, id, code; the rest comes with the row of `discounts` that each of them has too
    RowArray<uuid, uuid, text> discounts_new{"discounts_new_row"};
    // discount, used, changes; then whether its rules change, and the rules
    RowArray<uuid, int8, int8, boolean, int8, int8, int8, text, timestamptz, timestamptz, int8,
             int8, boolean>
        discounts{"discounts_row"};

    /// What differs between an order's payment before and after.
    void add_payment(const TenantId& tenant, const RowChange<Order>& change);
    void add(const TenantId& tenant, const LedgerEntry& entry);
    void add(const TenantId& tenant, const GatewayEventRecord& event);
    void add(const TenantId& tenant, const DiscountChange& change);
    /// The counters of the codes, one row each; after all else.
    void close_discounts();

private:
    const PersonalCipher* personal_;

    struct DiscountSums {
        std::int64_t used{};
        std::int64_t changes{};
        std::optional<DiscountRules> rules;
    };
    std::unordered_map<DiscountId, DiscountSums> discount_sums_;
};

}  // namespace souk
