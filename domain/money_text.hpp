#pragma once
// Money as people read it.

#include <string>

#include "domain/money.hpp"

namespace souk {

/// "USD 1234.50", "JOD 1.250", "JPY 500": as many digits after the point as the currency has.
std::string money_text(Amount amount, Currency currency);

}  // namespace souk
