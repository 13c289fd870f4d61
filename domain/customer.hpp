#pragma once
// What customers tell of themselves, for who advises them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "domain/order.hpp"
#include "domain/time.hpp"

namespace souk {

struct Customer {
    CustomerId id;
    TenantId tenant{default_tenant};
    std::optional<UserId> user_id;  // nothing: a guest
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string phone;
    std::string date_of_birth;  // 1990-01-15; empty: not told
    std::string skin_type;
    std::vector<std::string> skin_concerns;
    TimePoint created_at;
};

/// An order as its buyer's history shows it: nothing of where it went.
struct PastOrder {
    OrderId id;
    std::string number;
    Amount total{};
    Currency currency;
    OrderStatus status{};
    TimePoint created_at;
};

/// "1990-01-15": a day that there was, and that somebody may have been born on.
bool is_birthday(std::string_view text, TimePoint now);

}  // namespace souk
