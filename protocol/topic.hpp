#pragma once
// What may be followed live: "stock:var_…", "product:prod_…", "cart:cart_…", "order:order_…"; and,
// by operators, "actors" and "events", of which there is one each.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "protocol/text_values.hpp"

namespace souk {

enum class TopicKind : std::uint8_t { stock, product, cart, order, actors, events };

struct Topic {
    TopicKind kind{TopicKind::stock};
    Uuid id{};                        // of a variant, a product, a cart, an order
    TenantId tenant{default_tenant};  // the reader's; it is not in the text
    auto operator<=>(const Topic&) const = default;
};

inline Topic stock_topic(const VariantId& id, const TenantId& tenant = default_tenant) {
    return {TopicKind::stock, id.uuid, tenant};
}
inline Topic product_topic(const ProductId& id, const TenantId& tenant = default_tenant) {
    return {TopicKind::product, id.uuid, tenant};
}
inline Topic cart_topic(const CartId& id, const TenantId& tenant = default_tenant) {
    return {TopicKind::cart, id.uuid, tenant};
}
inline Topic order_topic(const OrderId& id, const TenantId& tenant = default_tenant) {
    return {TopicKind::order, id.uuid, tenant};
}

/// A topic as it was read, for a reader of that tenant; operators' are the deployment's.
inline Topic in_tenant(Topic topic, const TenantId& tenant) {
    if (topic.kind != TopicKind::actors && topic.kind != TopicKind::events) topic.tenant = tenant;
    return topic;
}

inline Topic actors_topic() { return {TopicKind::actors}; }
inline Topic events_topic() { return {TopicKind::events}; }

std::string to_text(const Topic& topic);
std::optional<Topic> parse_topic(std::string_view text);

template <>
struct TextValue<Topic> {
    static std::string write(const Topic& topic) { return to_text(topic); }
    static std::optional<Topic> read(std::string_view text) { return parse_topic(text); }
    static std::string expectation() {
        return "must be stock:, product:, cart: or order: and the id of such a thing, or actors, "
               "or events";
    }
    static void describe(JsonWriter& out) {
        out.key("pattern");
        out.string(
            "^((stock:var|product:prod|cart:cart|order:order)_[0-7][0-9a-hjkmnp-tv-z]{25}"
            "|actors|events)$");
    }
};

}  // namespace souk

template <>
struct std::hash<souk::Topic> {
    std::size_t operator()(const souk::Topic& topic) const noexcept {
        return std::hash<souk::Uuid>{}(topic.id) + static_cast<std::size_t>(topic.kind);
    }
};
