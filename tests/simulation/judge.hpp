#pragma once
// What callers were told against what was committed. It knows what every request would do, and
// nothing of how the server does it.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/simulation/books.hpp"

namespace souk::simulation {

// What a request means to do to a cart.
struct MakesCart {};
struct AddsLine {
    CartId cart;
    VariantId variant;
    std::int64_t quantity{};
};
struct SetsLine {
    CartId cart;
    VariantId variant;
    std::int64_t quantity{};  // 0: removes it
};
struct EmptiesCart {
    CartId cart;
};
struct ChangesDiscount {
    CartId cart;
};
struct OrdersCart {
    CartId cart;
};
/// Anything else: a reservation, a payment, a count.
struct Otherwise {};
using Effect = std::variant<Otherwise, MakesCart, AddsLine, SetsLine, EmptiesCart, ChangesDiscount,
                            OrdersCart>;

/// One wish of one client, however often it is sent.
struct Operation {
    std::string what;
    IdempotencyKey key;
    Effect effect;
    bool always_writes{false};  // whoever is told of its success finds an answer kept with it
    std::int64_t committed{0};
    std::optional<std::string> first_body;
    bool told_refused{false};  // and nothing else since
};
using OperationPtr = std::shared_ptr<Operation>;

class Judge {
public:
    Judge(Ground& ground, const TableRows& rows, const Books& books)
        : ground_(ground), rows_(rows), books_(books) {}

    void asked(const OperationPtr& operation);
    void committed(const ChangeSet& change);

    /// The server gives this answer, at this moment. A server that has lost the lane may refuse
    /// what another has done.
    void answered(const OperationPtr& operation, const Outcome& outcome, bool owns_lane);

    /// The least version that a read which begins now has to show.
    Version floor_of(const std::string& subject) const;
    void was_read(const std::string& text, Version floor, bool owns_lane);

    /// When nothing is under way any more.
    void conclude() const;

private:
    using Lines = std::map<VariantId, std::int64_t>;
    struct CartModel {
        Lines lines;
        bool ordered{false};
        bool known{false};
    };

    void check_cart(const Cart& cart, const Operation* operation);
    void expect(CartModel& model, const Effect& effect) const;
    void check_success(Operation& operation, const Answer& answer);
    void check_state(const std::string& text);
    bool is_durable_reservation(const std::string& text) const;

    Ground& ground_;
    const TableRows& rows_;
    const Books& books_;
    std::map<TableRows::AnswerKey, std::vector<OperationPtr>> operations_;
    std::map<CartId, CartModel> carts_;
    std::map<std::string, Version> told_;
};

}  // namespace souk::simulation
