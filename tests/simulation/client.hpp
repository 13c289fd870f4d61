#pragma once
// A client of the shop on a bad line: it asks, waits, gives up waiting, asks again under the same
// key, and at last lives with not knowing.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/task.hpp"
#include "tests/simulation/judge.hpp"
#include "tests/simulation/server.hpp"

namespace souk::simulation {

class Simulation;

/// What came of a wish, as far as the client knows.
struct Told {
    std::optional<Answer> answer;
    std::optional<Error> error;  // neither: nobody knows

    explicit operator bool() const { return answer.has_value(); }
    bool is(ErrorCode code) const { return error && error->code == code; }
    /// The id in the answer's text.
    template <class IdType>
    IdType id() const {
        return parse_id<IdType>(answer->body.substr(0, answer->body.find('/'))).value();
    }
};

struct Wish {
    std::string what;
    std::string body;  // of the request: another body is another request
    std::function<void(Server&, AskContext, Reply)> act;
    Effect effect{};
    bool always_writes{false};
    bool answered_later{false};
    std::optional<std::string> read_of{};  // only looks, at this
    std::optional<std::string> key{};      // otherwise a fresh one
};

struct Manners {
    Duration patience{std::chrono::seconds{5}};
    std::int64_t repeats{4};
};

class Client {
public:
    Client(Simulation& simulation, std::string name, Dice chance, std::size_t wishes);

    Dice dice;
    Manners manners;
    const std::string& name() const { return name_; }

    /// As long as it may still wish for something.
    bool goes_on() const { return wishes_left_ > 0; }
    Task<bool> pause(Duration least, Duration most);
    Task<Told> ask(Wish wish);

    Task<std::optional<CartId>> make_cart();
    Task<Told> add(CartId cart, StockKey sku, std::int64_t quantity,
                   std::optional<std::string> key = std::nullopt);
    Task<Told> set_line(CartId cart, StockKey sku, std::int64_t quantity);
    Task<Told> empty(CartId cart);
    Task<Told> apply_discount(CartId cart, std::string code);
    Task<Told> remove_discount(CartId cart);
    Task<Told> place(CartId cart, PaymentMethod method, Duration lasts, std::string notes = "");
    Task<Told> confirm(OrderId order);
    Task<Told> cancel(OrderId order);
    Task<Told> pay(OrderId order, std::string method);
    Task<Told> confirm_payment(OrderId order);
    Task<Told> refund(OrderId order, std::optional<Amount> amount);
    Task<Told> collect(OrderId order);
    Task<Told> reserve(std::vector<std::pair<StockKey, std::int64_t>> units,
                       std::optional<CartId> cart, Duration lasts);
    Task<Told> close(ReservationId reservation, ReservationState outcome);
    Task<Told> adjust(StockKey sku, std::int64_t by);
    Task<Told> look_at(StockKey sku);
    Task<Told> look_at(CartId cart);
    Task<Told> look_at(OrderId order);

    /// The last key it has used, to be used again for something else.
    const std::string& last_key() const { return last_key_; }

private:
    struct Slot {
        std::optional<Outcome> outcome;
        std::coroutine_handle<> waiting;
    };
    class AnswerOrTime;
    class Time;
    using SlotPtr = std::shared_ptr<Slot>;

    void send(const OperationPtr& operation, const Wish& wish, const SlotPtr& slot);
    void arrive(const OperationPtr& operation, const Wish& wish, const SlotPtr& slot);
    void deliver(const SlotPtr& slot, Outcome outcome);
    Task<Told> tell_order(OrderId order, std::string what, OrderCommand command,
                          std::string body = "");
    Task<Told> tell_cart(CartId cart, std::string what, CartCommand command, Effect effect);

    Simulation& simulation_;
    std::string name_;
    std::size_t wishes_left_;
    std::int64_t keys_{0};
    std::string last_key_;
};

}  // namespace souk::simulation
