#include "tests/simulation/judge.hpp"

#include <algorithm>

#include "tests/simulation/texts.hpp"

namespace souk::simulation {
namespace {

/// Whoever is told this knows that nothing was done.
bool is_refusal(const Error& error) {
    return error.code != ErrorCode::unavailable && error.code != ErrorCode::internal &&
           error.code != ErrorCode::request_timeout;
}

}  // namespace

void Judge::asked(const OperationPtr& operation) {
    operations_[{operation->key.caller, operation->key.key}].push_back(operation);
}

void Judge::committed(const ChangeSet& change) {
    Operation* by = nullptr;
    if (const auto& answer = change.idempotency) {
        const auto found = operations_.find({answer->caller, answer->key});
        if (found != operations_.end())
            for (const auto& operation : found->second)
                if (operation->key.request_hash == answer->request_hash) by = operation.get();
        if (by == nullptr) return ground_.fail("only what was asked for is done", answer->key);
        if (++by->committed > 1) ground_.fail("a request is done at most once", by->what);
    }
    if (change.cart.next) check_cart(*change.cart.next, by);
}

void Judge::check_cart(const Cart& cart, const Operation* operation) {
    auto& model = carts_[cart.id];
    if (operation == nullptr) return ground_.fail("only what was asked for is done", text_of(cart));
    expect(model, operation->effect);
    Lines lines;
    for (const auto& item : cart.items) lines[item.offer.variant_id] += item.quantity;
    if (lines != model.lines || model.ordered != (cart.status == CartStatus::ordered))
        ground_.fail("a cart holds what its requests made of it",
                     text_of(cart) + " after " + operation->what);
}

void Judge::expect(CartModel& model, const Effect& effect) const {
    if (const auto* adds = std::get_if<AddsLine>(&effect))
        model.lines[adds->variant] += adds->quantity;
    else if (const auto* sets = std::get_if<SetsLine>(&effect); sets && sets->quantity > 0)
        model.lines[sets->variant] = sets->quantity;
    else if (sets)
        model.lines.erase(sets->variant);
    else if (std::holds_alternative<EmptiesCart>(effect))
        model.lines.clear();
    else if (std::holds_alternative<OrdersCart>(effect))
        model.ordered = true;
}

void Judge::answered(const OperationPtr& operation, const Outcome& outcome, bool owns_lane) {
    ground_.note("  told: " + operation->what + ": " +
                 (outcome ? outcome->body : outcome.error().message));
    operation->told_refused = false;
    const auto record = rows_.answers.find({operation->key.caller, operation->key.key});
    const bool is_kept = record != rows_.answers.end();
    const bool is_same = is_kept && record->second.request_hash == operation->key.request_hash;
    if (outcome) {
        if (is_kept && !is_same)
            return ground_.fail("another request under the same key is refused", operation->what);
        if (is_kept && record->second.body != outcome->body)
            return ground_.fail("the same key gets the same answer",
                                outcome->body + " instead of " + record->second.body);
        return check_success(*operation, *outcome);
    }
    if (!is_refusal(outcome.error()) || !owns_lane) return;
    operation->told_refused = true;
    if (is_same && operation->committed > 0)
        ground_.fail("what is refused is not done",
                     operation->what + ": " + outcome.error().message);
}

void Judge::check_success(Operation& operation, const Answer& answer) {
    if (operation.always_writes && !answer.replayed && operation.committed == 0)
        return ground_.fail("what is acknowledged is durable", operation.what + ": " + answer.body);
    if (operation.committed > 0) {
        if (!operation.first_body) operation.first_body = answer.body;
        if (*operation.first_body != answer.body)
            ground_.fail("the same key gets the same answer", answer.body);
    }
    check_state(answer.body);
    auto& told = told_[std::string{subject_of(answer.body)}];
    told = std::max(told, version_of(answer.body));
}

bool Judge::is_durable_reservation(const std::string& text) const {
    const auto id = parse_id<ReservationId>(subject_of(text));
    if (!id) return false;
    const auto rows = rows_.reservations.find(*id);
    if (rows == rows_.reservations.end()) return false;
    const auto state = text.substr(text.find(' ') + 1);
    if (state == name_of(ReservationState::open)) return true;
    return std::ranges::any_of(rows->second.lines,
                               [&](const auto& line) { return name_of(line.state) == state; });
}

void Judge::check_state(const std::string& text) {
    if (text.empty()) return;
    if (version_of(text) == 0) {
        if (!is_durable_reservation(text)) ground_.fail("what is acknowledged is durable", text);
        return;
    }
    const auto* state = books_.state(std::string{subject_of(text)}, version_of(text));
    if (state == nullptr) return ground_.fail("what is acknowledged is durable", text);
    if (*state != text)
        ground_.fail("what is shown is what is committed", text + " instead of " + *state);
}

Version Judge::floor_of(const std::string& subject) const {
    const auto told = told_.find(subject);
    return told == told_.end() ? 0 : told->second;
}

void Judge::was_read(const std::string& text, Version floor, bool owns_lane) {
    check_state(text);
    if (owns_lane && version_of(text) < floor)
        ground_.fail("reads do not go back", text + " after version " + std::to_string(floor));
}

void Judge::conclude() const {
    for (const auto& [key, operations] : operations_) {
        const bool is_kept = rows_.answers.contains(key);
        for (const auto& operation : operations) {
            if (operation->told_refused && operation->committed > 0)
                ground_.fail("what is refused is not done", operation->what);
            if (operation->committed > 0 && !is_kept)
                ground_.fail("what is acknowledged is durable", operation->what);
        }
    }
}

}  // namespace souk::simulation
