#pragma once
// What is committed of an entity, from its life or, when it takes no commands, from its rows.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actors/load_queue.hpp"
#include "actors/registry.hpp"
#include "domain/cart.hpp"
#include "domain/discount.hpp"
#include "protocol/entities.hpp"

namespace souk {

/// A discount code lives in memory although there is no such code yet; so may a person's cart.
inline bool is_there(const DiscountView& code) { return code.version != 0; }
inline bool is_there(const Cart& cart) { return cart.version != 0; }
template <class View>
bool is_there(const View&) {
    return true;
}

/// `Letter` carries the read to the entity's actor. `not_found` when there is no such entity.
template <class Letter, class Entity>
void read_committed(Registry<Entity>& registry,
                    LoadQueue<typename Entity::Key, typename Entity::State>& rows,
                    const typename Entity::Key& key, Read<typename Entity::View> read) {
    if (auto live = registry.peek(key); live && is_there(*live)) return read(std::move(live));
    if (registry.takes_commands() && !registry.is_quarantined(key))
        return registry.tell(key, std::make_shared<Letter>(std::move(read)));
    using State = typename Entity::State;
    rows.load(key, [read](Result<std::optional<State>> row) {
        if (!row) return read(row.error());
        if (!*row)
            return read(refuse(ErrorCode::not_found, std::string{"no such "} + Entity::name));
        read(Entity::view_of(std::make_shared<const State>(std::move(**row))));
    });
}

}  // namespace souk
