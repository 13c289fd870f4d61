#include "gateways/sandbox_entry.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateways/json_path.hpp"

namespace souk {
namespace {

constexpr std::array<std::pair<GatewayStatus, std::string_view>, 10> statuses{{
    {GatewayStatus::requires_action, "requires_action"},
    {GatewayStatus::processing, "processing"},
    {GatewayStatus::authorized, "authorized"},
    {GatewayStatus::captured, "captured"},
    {GatewayStatus::refunded, "refunded"},
    {GatewayStatus::cancelled, "cancelled"},
    {GatewayStatus::declined, "declined"},
    {GatewayStatus::not_found, "not_found"},
    {GatewayStatus::unavailable, "unavailable"},
    {GatewayStatus::unknown, "unknown"},
}};

constexpr std::array<std::pair<GatewayEventKind, std::string_view>, 7> kinds{{
    {GatewayEventKind::payment_requires_action, "requires_action"},
    {GatewayEventKind::payment_authorized, "authorized"},
    {GatewayEventKind::payment_succeeded, "succeeded"},
    {GatewayEventKind::payment_failed, "failed"},
    {GatewayEventKind::payment_cancelled, "cancelled"},
    {GatewayEventKind::payment_refunded, "refunded"},
    {GatewayEventKind::dispute_opened, "disputed"},
}};

std::string_view name_of(const auto& names, auto value) {
    for (const auto& [candidate, name] : names)
        if (candidate == value) return name;
    return {};
}

/// False when it is none of them.
bool read_name(const auto& names, const std::string& text, auto& value) {
    for (const auto& [candidate, name] : names) {
        if (name != text) continue;
        value = candidate;
        return true;
    }
    return false;
}

std::int64_t in_us(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint time_at(JsonValue value, std::string_view name) {
    return TimePoint{Duration{integer_at(value, {name}).value_or(0)}};
}

class ObjectWriter {
public:
    explicit ObjectWriter(JsonWriter& out) : out_(out) { out_.begin_object(); }
    ObjectWriter(const ObjectWriter&) = delete;
    ObjectWriter& operator=(const ObjectWriter&) = delete;
    ~ObjectWriter() { out_.end_object(); }

    void text(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        out_.key(name);
        out_.string(value);
    }
    void number(std::string_view name, std::int64_t value) {
        if (value == 0) return;
        out_.key(name);
        out_.integer(value);
    }

private:
    JsonWriter& out_;
};

void write(JsonWriter& out, const SandboxIntent& intent) {
    ObjectWriter object(out);
    object.text("id", intent.id);
    object.text("key", intent.key);
    object.text("orderId", to_text(intent.order_id));
    object.text("paymentId", to_text(intent.payment_id));
    object.text("currency", intent.currency.text());
    object.number("amount", intent.amount);
    object.text("method", intent.method);
    object.text("status", name_of(statuses, intent.status));
    object.text("charge", intent.charge);
    object.text("reason", intent.reason);
    object.number("captured", intent.captured);
    object.number("refunded", intent.refunded);
    object.number("changedAt", in_us(intent.changed_at));
    object.number("decidedAt", in_us(intent.decided_at));
}

bool read(JsonValue value, SandboxIntent& intent) {
    const auto order = parse_id<OrderId>(text_at(value, {"orderId"}));
    const auto payment = parse_id<PaymentId>(text_at(value, {"paymentId"}));
    const auto currency = parse_currency(text_at(value, {"currency"}));
    if (!order || !payment || !currency) return false;
    intent.id = text_at(value, {"id"});
    intent.key = text_at(value, {"key"});
    intent.order_id = *order;
    intent.payment_id = *payment;
    intent.currency = *currency;
    intent.amount = amount_at(value, {"amount"}).value_or(0);
    intent.method = text_at(value, {"method"});
    intent.charge = text_at(value, {"charge"});
    intent.reason = text_at(value, {"reason"});
    intent.captured = amount_at(value, {"captured"}).value_or(0);
    intent.refunded = amount_at(value, {"refunded"}).value_or(0);
    intent.changed_at = time_at(value, "changedAt");
    intent.decided_at = time_at(value, "decidedAt");
    return !intent.id.empty() && read_name(statuses, text_at(value, {"status"}), intent.status);
}

void write(JsonWriter& out, const SandboxReply& reply) {
    ObjectWriter object(out);
    object.text("key", reply.key);
    object.text("facts", reply.facts);
    object.text("status", name_of(statuses, reply.answer.status));
    object.text("intent", reply.answer.intent);
    object.text("clientSecret", reply.answer.client_secret);
    object.text("reference", reply.answer.reference);
    object.text("reason", reply.answer.reason);
    object.number("captured", reply.answer.captured);
    object.number("refunded", reply.answer.refunded);
    object.number("fee", reply.answer.fee);
}

bool read(JsonValue value, SandboxReply& reply) {
    reply.key = text_at(value, {"key"});
    reply.facts = text_at(value, {"facts"});
    reply.answer.intent = text_at(value, {"intent"});
    reply.answer.client_secret = text_at(value, {"clientSecret"});
    reply.answer.reference = text_at(value, {"reference"});
    reply.answer.reason = text_at(value, {"reason"});
    reply.answer.captured = amount_at(value, {"captured"}).value_or(0);
    reply.answer.refunded = amount_at(value, {"refunded"}).value_or(0);
    reply.answer.fee = amount_at(value, {"fee"}).value_or(0);
    return !reply.key.empty() &&
           read_name(statuses, text_at(value, {"status"}), reply.answer.status);
}

void write(JsonWriter& out, const SandboxEvent& event) {
    ObjectWriter object(out);
    object.text("id", event.id);
    object.text("kind", name_of(kinds, event.kind));
    object.text("intent", event.intent);
    object.text("reason", event.reason);
    object.number("captured", event.captured);
    object.number("refunded", event.refunded);
    object.number("createdAt", in_us(event.created));
    object.number("dueAt", in_us(event.due));
}

bool read(JsonValue value, SandboxEvent& event) {
    event.id = text_at(value, {"id"});
    event.intent = text_at(value, {"intent"});
    event.reason = text_at(value, {"reason"});
    event.captured = amount_at(value, {"captured"}).value_or(0);
    event.refunded = amount_at(value, {"refunded"}).value_or(0);
    event.created = time_at(value, "createdAt");
    event.due = time_at(value, "dueAt");
    return !event.id.empty() && read_name(kinds, text_at(value, {"kind"}), event.kind);
}

bool read_events(JsonValue list, std::vector<SandboxEvent>& events) {
    if (!list.is_array()) return false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!read(list.item(i), events.emplace_back())) return false;
    }
    return true;
}

}  // namespace

std::string write_sandbox_entry(const SandboxEntry& entry) {
    std::string line;
    JsonWriter out(line);
    out.begin_object();
    if (entry.intent) {
        out.key("intent");
        write(out, *entry.intent);
    }
    if (entry.reply) {
        out.key("reply");
        write(out, *entry.reply);
    }
    if (!entry.events.empty()) {
        out.key("events");
        out.begin_array();
        for (const auto& event : entry.events) write(out, event);
        out.end_array();
    }
    if (!entry.told.empty()) {
        out.key("told");
        out.string(entry.told);
    }
    out.end_object();
    return line;
}

std::optional<SandboxEntry> read_sandbox_entry(std::string_view line) {
    const auto document = JsonDocument::parse(line);
    if (!document || !document->root().is_object()) return std::nullopt;
    const auto root = document->root();
    SandboxEntry entry;
    if (const auto intent = find_at(root, {"intent"}))
        if (!read(*intent, entry.intent.emplace())) return std::nullopt;
    if (const auto reply = find_at(root, {"reply"}))
        if (!read(*reply, entry.reply.emplace())) return std::nullopt;
    if (const auto events = find_at(root, {"events"}))
        if (!read_events(*events, entry.events)) return std::nullopt;
    entry.told = text_at(root, {"told"});
    return entry;
}

}  // namespace souk
