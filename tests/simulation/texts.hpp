#pragma once
// States and answers in words: "cart_…/3 open …". What a server answers and what its rows say are
// put in the same words, and so can be compared.

#include <string>
#include <string_view>

#include "domain/cart.hpp"
#include "domain/change.hpp"
#include "domain/discount.hpp"
#include "domain/order.hpp"
#include "domain/stock.hpp"
#include "protocol/entities.hpp"

namespace souk::simulation {

std::string text_of(const StockView& stock);
std::string text_of(const Cart& cart);
std::string text_of(const Order& order);
std::string text_of(const DiscountView& discount);
std::string text_of(const Reservation& reservation);

/// What a change does, in short.
std::string text_of(const ChangeSet& change);

/// What a text is about: everything before the slash.
std::string_view subject_of(std::string_view text);
Version version_of(std::string_view text);
std::string_view name_of(ReservationState state);

template <class State>
Answer answer_with(const State& state) {
    Answer answer;
    answer.body = text_of(state);
    return answer;
}

}  // namespace souk::simulation
