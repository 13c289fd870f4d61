#pragma once
// Which of the outbox's events are mails to buyers. An event makes the same job however often it is
// passed on.

#include "app/relay.hpp"
#include "domain/mail.hpp"

namespace souk {

RelayHandler order_mails();

/// Of an order's mail: the same for the same news.
MailId order_mail_id(MailKind kind, OrderId order, Version version);

}  // namespace souk
