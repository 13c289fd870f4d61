#include "protocol/topic.hpp"

#include <array>

namespace souk {
namespace {

struct KindName {
    TopicKind kind;
    std::string_view name;
    std::string_view id_prefix;  // empty: there is one of the kind, and it has no id
};

constexpr std::array<KindName, 6> kinds{{
    {TopicKind::stock, "stock:", VariantId::prefix},
    {TopicKind::product, "product:", ProductId::prefix},
    {TopicKind::cart, "cart:", CartId::prefix},
    {TopicKind::order, "order:", OrderId::prefix},
    {TopicKind::actors, "actors", ""},
    {TopicKind::events, "events", ""},
}};

}  // namespace

std::string to_text(const Topic& topic) {
    const auto& kind = kinds[static_cast<std::size_t>(topic.kind)];
    std::string text{kind.name};
    if (!kind.id_prefix.empty()) append_typeid(text, kind.id_prefix, topic.id);
    return text;
}

std::optional<Topic> parse_topic(std::string_view text) {
    for (const auto& [kind, name, id_prefix] : kinds) {
        if (id_prefix.empty() && text == name) return Topic{kind};
        if (id_prefix.empty() || !text.starts_with(name)) continue;
        const auto id = parse_typeid(id_prefix, text.substr(name.size()));
        if (id) return Topic{kind, *id};
    }
    return std::nullopt;
}

}  // namespace souk
