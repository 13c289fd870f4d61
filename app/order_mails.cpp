#include "app/order_mails.hpp"

#include <algorithm>

#include "http/digest.hpp"
#include "persistence/mail_repository.hpp"

namespace souk {
namespace {

std::optional<MailKind> kind_of(const std::string& type) {
    if (type == "order.confirmed") return MailKind::order_confirmed;
    if (type == "order.cancelled") return MailKind::order_cancelled;
    if (type == "order.refunded") return MailKind::order_refunded;
    return std::nullopt;
}

Result<void> make_jobs(Connection& db, std::span<const OutboxEvent> events) {
    for (const auto& event : events) {
        const auto kind = kind_of(event.type);
        const auto order = parse_id<OrderId>(event.entity);
        if (!kind || !order) continue;
        MailJob job;
        job.id = order_mail_id(*kind, *order, event.version);
        job.tenant = event.tenant;
        job.kind = *kind;
        job.created_at = event.at;
        if (auto made = insert_order_mail(db, job, *order); !made) return made.error();
    }
    return {};
}

}  // namespace

RelayHandler order_mails() {
    return {"mails", {"order.confirmed", "order.cancelled", "order.refunded"}, make_jobs};
}

MailId order_mail_id(MailKind kind, OrderId order, Version version) {
    const auto digest = sha256({"mail ", std::to_string(static_cast<int>(kind)), " ",
                                to_text(order), " ", std::to_string(version)});
    MailId id;
    std::ranges::copy_n(digest.begin(), id.uuid.bytes.size(), id.uuid.bytes.begin());
    id.uuid.bytes[6] = static_cast<std::uint8_t>((id.uuid.bytes[6] & 0x0f) | 0x80);  // RFC 9562, v8
    id.uuid.bytes[8] = static_cast<std::uint8_t>((id.uuid.bytes[8] & 0x3f) | 0x80);
    return id;
}

}  // namespace souk
