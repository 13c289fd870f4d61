#include "gateways/sandbox_entry.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <utility>

#include "protocol/json_path.hpp"

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

/// Writes the fields of an object; what is empty or zero is left out.
class FieldWriter {
public:
    explicit FieldWriter(JsonWriter& out) : out_(out) { out_.begin_object(); }
    FieldWriter(const FieldWriter&) = delete;
    FieldWriter& operator=(const FieldWriter&) = delete;
    ~FieldWriter() { out_.end_object(); }

    void text(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        out_.key(name);
        out_.string(value);
    }
    template <class Tag>
    void id(std::string_view name, const Id<Tag>& value) {
        text(name, to_text(value));
    }
    void currency(std::string_view name, const Currency& value) { text(name, value.text()); }
    void number(std::string_view name, std::int64_t value) {
        if (value == 0) return;
        out_.key(name);
        out_.integer(value);
    }
    void time(std::string_view name, TimePoint value) {
        number(name, value.time_since_epoch().count());
    }
    void choice(std::string_view name, const auto& names, auto value) {
        const auto found =
            std::ranges::find(names, value, [](const auto& one) { return one.first; });
        if (found != names.end()) text(name, found->second);
    }

private:
    JsonWriter& out_;
};

/// Reads what FieldWriter writes; not sound when something does not read as what it is.
class FieldReader {
public:
    explicit FieldReader(JsonValue object) : object_(object) {}

    bool sound() const { return sound_; }
    void text(std::string_view name, std::string& value) { value = text_at(object_, {name}); }
    template <class Tag>
    void id(std::string_view name, Id<Tag>& value) {
        keep(parse_id<Id<Tag>>(text_at(object_, {name})), value);
    }
    void currency(std::string_view name, Currency& value) {
        keep(parse_currency(text_at(object_, {name})), value);
    }
    void number(std::string_view name, std::int64_t& value) {
        value = amount_at(object_, {name}).value_or(0);
    }
    void time(std::string_view name, TimePoint& value) {
        value = TimePoint{Duration{integer_at(object_, {name}).value_or(0)}};
    }
    void choice(std::string_view name, const auto& names, auto& value) {
        const auto text = text_at(object_, {name});
        const auto found =
            std::ranges::find(names, text, [](const auto& one) { return one.second; });
        sound_ = sound_ && found != names.end();
        if (found != names.end()) value = found->first;
    }

private:
    template <class T>
    void keep(const std::optional<T>& read, T& value) {
        sound_ = sound_ && read.has_value();
        if (read) value = *read;
    }

    JsonValue object_;
    bool sound_{true};
};

// Each kind of object by its fields, for writing and for reading.

void fields_of(auto& intent, auto& io) requires(
    std::same_as<std::remove_cvref_t<decltype(intent)>, SandboxIntent>) {
    io.text("id", intent.id);
    io.text("key", intent.key);
    io.id("orderId", intent.order_id);
    io.id("paymentId", intent.payment_id);
    io.currency("currency", intent.currency);
    io.number("amount", intent.amount);
    io.text("method", intent.method);
    io.choice("status", statuses, intent.status);
    io.text("charge", intent.charge);
    io.text("reason", intent.reason);
    io.number("captured", intent.captured);
    io.number("refunded", intent.refunded);
    io.time("changedAt", intent.changed_at);
    io.time("decidedAt", intent.decided_at);
}

void fields_of(auto& reply, auto& io) requires(
    std::same_as<std::remove_cvref_t<decltype(reply)>, SandboxReply>) {
    io.text("key", reply.key);
    io.text("facts", reply.facts);
    io.choice("status", statuses, reply.answer.status);
    io.text("intent", reply.answer.intent);
    io.text("clientSecret", reply.answer.client_secret);
    io.text("reference", reply.answer.reference);
    io.text("reason", reply.answer.reason);
    io.number("captured", reply.answer.captured);
    io.number("refunded", reply.answer.refunded);
    io.number("fee", reply.answer.fee);
}

void fields_of(auto& event, auto& io) requires(
    std::same_as<std::remove_cvref_t<decltype(event)>, SandboxEvent>) {
    io.text("id", event.id);
    io.choice("kind", kinds, event.kind);
    io.text("intent", event.intent);
    io.text("reason", event.reason);
    io.number("captured", event.captured);
    io.number("refunded", event.refunded);
    io.time("createdAt", event.created);
    io.time("dueAt", event.due);
}

void write(JsonWriter& out, const auto& object) {
    FieldWriter writer(out);
    fields_of(object, writer);
}

const std::string& name_of(const SandboxIntent& intent) { return intent.id; }
const std::string& name_of(const SandboxReply& reply) { return reply.key; }
const std::string& name_of(const SandboxEvent& event) { return event.id; }

/// False when it is none, or has no name.
bool read(JsonValue value, auto& object) {
    FieldReader reader(value);
    fields_of(object, reader);
    return reader.sound() && !name_of(object).empty();
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
    if (!entry.forgotten.empty()) {
        out.key("forgotten");
        out.begin_array();
        for (const auto& intent : entry.forgotten) out.string(intent);
        out.end_array();
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
    if (const auto forgotten = find_at(root, {"forgotten"})) {
        if (!forgotten->is_array()) return std::nullopt;
        for (std::size_t i = 0; i < forgotten->size(); ++i) {
            if (!forgotten->item(i).is_string()) return std::nullopt;
            entry.forgotten.emplace_back(forgotten->item(i).as_string());
        }
    }
    return entry;
}

}  // namespace souk
