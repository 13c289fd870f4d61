#pragma once
// What mails about orders say.

#include <optional>
#include <string>

#include "domain/mail.hpp"
#include "domain/order.hpp"
#include "gateways/mailer.hpp"

namespace souk {

/// Nothing when it would be no news: an order that was never confirmed nor paid was not cancelled
/// as far as its buyer knows, and one that is cancelled since is not confirmed any more.
std::optional<Mail> order_mail(MailKind kind, const std::string& to, const Order& order);

}  // namespace souk
