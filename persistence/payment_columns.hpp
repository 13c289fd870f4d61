#pragma once
// A payment with its lists as four columns of its order's row, all NULL when there is none: an
// order that has no payment costs no more than that. A row of another table travels as the text of
// an array of its fields.

#include <optional>
#include <string>
#include <string_view>

#include "domain/payment.hpp"
#include "persistence/query.hpp"

namespace souk {

/// Select list over a row of payments, for read_payment().
std::string payment_columns(std::string_view payments);
/// One column over a row of payment_attempts, for read_attempt().
std::string attempt_column(std::string_view attempts);

/// Nothing when the columns are NULL.
std::optional<Payment> read_payment(Columns& columns);
PaymentAttempt read_attempt(Columns& columns);

}  // namespace souk
