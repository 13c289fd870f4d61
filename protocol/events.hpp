#pragma once
// Payloads of the events that go to the outbox. Facts only: no address, no e-mail, no name.

#include <string>

#include "domain/change.hpp"
#include "domain/order.hpp"

namespace souk {

Event order_event(std::string type, const Order& order, std::string request_id);

}  // namespace souk
