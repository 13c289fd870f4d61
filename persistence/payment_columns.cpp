#include "persistence/payment_columns.hpp"

#include <span>

namespace souk {
namespace {

using Names = std::span<const std::string_view>;

// In the order of the readers.
constexpr std::string_view payment_names[] = {
    "id",       "gateway", "method",     "state",  "intent",   "client_secret", "captured",
    "refunded", "fee",     "pays_order", "graced", "disputed", "last_error",    "created_at"};
constexpr std::string_view attempt_names[] = {
    "number",    "step",  "state",    "key",    "intent",    "method", "amount",
    "refund_id", "tries", "forgiven", "due_at", "uncertain", "stuck",  "reason"};
constexpr std::string_view refund_names[] = {
    "id", "amount", "reason", "actor", "state", "intent", "owed", "settled_as", "requested_at"};
constexpr std::string_view stray_names[] = {"intent", "captured", "refunded"};

constexpr auto restock_lines = R"(
    ARRAY(SELECT ARRAY[line->>'item', line->>'quantity']::text
          FROM json_array_elements(r.restock) WITH ORDINALITY AS lines(line, place)
          ORDER BY place)::text)";

std::string fields_of(std::string_view table, Names names) {
    std::string list;
    for (const auto name : names) {
        if (!list.empty()) list.append(", ");
        list.append(table).append(".").append(name).append("::text");
    }
    return list;
}

/// The fields of one row, from left to right.
class Fields {
public:
    explicit Fields(std::string_view array) : values_(parse_text_array(array)) {}

    template <class T>
    T next() {
        const auto& value = values_.at(place_++);
        if constexpr (std::is_same_v<T, bool>)
            return value == "true";
        else
            return detail::Reader<T>::read(value, -1);
    }

private:
    std::vector<std::string> values_;
    std::size_t place_{0};
};

template <class T, class Read>
std::vector<T> read_list(const std::vector<std::string>& rows, Read read) {
    std::vector<T> list;
    list.reserve(rows.size());
    for (const auto& row : rows) {
        Fields fields(row);
        list.push_back(read(fields));
    }
    return list;
}

PaymentAttempt attempt_from(Fields& fields) {
    PaymentAttempt attempt;
    attempt.number = fields.next<std::int64_t>();
    attempt.step = fields.next<GatewayStep>();
    attempt.state = fields.next<AttemptState>();
    attempt.key = fields.next<std::string>();
    attempt.intent = fields.next<std::string>();
    attempt.method = fields.next<std::string>();
    attempt.amount = fields.next<Amount>();
    attempt.refund_id = fields.next<RefundId>();
    attempt.tries = fields.next<std::int64_t>();
    attempt.forgiven = fields.next<std::int64_t>();
    attempt.due_at = fields.next<TimePoint>();
    attempt.uncertain = fields.next<bool>();
    attempt.stuck = fields.next<bool>();
    attempt.reason = fields.next<std::string>();
    return attempt;
}

RestockLine restock_line_from(Fields& fields) {
    RestockLine line;
    line.item = fields.next<OrderItemId>();
    line.quantity = fields.next<std::int64_t>();
    return line;
}

Refund refund_from(Fields& fields) {
    Refund refund;
    refund.id = fields.next<RefundId>();
    refund.amount = fields.next<Amount>();
    refund.reason = fields.next<std::string>();
    refund.actor = fields.next<std::string>();
    refund.state = fields.next<RefundState>();
    refund.intent = fields.next<std::string>();
    refund.owed = fields.next<bool>();
    refund.settled_as = fields.next<std::int64_t>();
    refund.requested_at = fields.next<TimePoint>();
    refund.restock =
        read_list<RestockLine>(parse_text_array(fields.next<std::string>()), restock_line_from);
    return refund;
}

StrayCharge stray_from(Fields& fields) {
    StrayCharge stray;
    stray.intent = fields.next<std::string>();
    stray.captured = fields.next<Amount>();
    stray.refunded = fields.next<Amount>();
    return stray;
}

Payment payment_from(Fields& fields) {
    Payment payment;
    payment.id = fields.next<PaymentId>();
    payment.gateway = fields.next<PaymentMethod>();
    payment.method = fields.next<std::string>();
    payment.state = fields.next<PaymentState>();
    payment.intent = fields.next<std::string>();
    payment.client_secret = fields.next<std::string>();
    payment.captured = fields.next<Amount>();
    payment.refunded = fields.next<Amount>();
    payment.fee = fields.next<Amount>();
    payment.pays_order = fields.next<bool>();
    payment.graced = fields.next<bool>();
    payment.disputed = fields.next<bool>();
    payment.last_error = fields.next<std::string>();
    payment.created_at = fields.next<TimePoint>();
    return payment;
}

}  // namespace

std::string attempt_column(std::string_view attempts) {
    return "ARRAY[" + fields_of(attempts, attempt_names) + "]::text";
}

std::string payment_columns(std::string_view payments) {
    const auto row = std::string(payments);
    const auto when_there = [&](const std::string& column) {
        return "CASE WHEN " + row + ".id IS NOT NULL THEN " + column + " END";
    };
    const auto list = [&](const std::string& fields, std::string_view table,
                          std::string_view order) {
        return when_there("ARRAY(SELECT " + fields + " FROM " + std::string(table) +
                          " WHERE order_id = " + row + ".order_id ORDER BY " + std::string(order) +
                          ")");
    };
    const auto array_of = [](const std::string& fields) { return "ARRAY[" + fields + "]::text"; };
    return when_there(array_of(fields_of(payments, payment_names))) + ", " +
           list(attempt_column("a"), "payment_attempts a", "number") + ", " +
           list(array_of(fields_of("r", refund_names) + "," + restock_lines), "refunds r",
                "position") +
           ", " + list(array_of(fields_of("s", stray_names)), "stray_charges s", "position");
}

std::optional<Payment> read_payment(Columns& columns) {
    if (columns.at_null()) {
        columns.skip(4);
        return std::nullopt;
    }
    Fields own(columns.next<std::string>());
    auto payment = payment_from(own);
    payment.attempts =
        read_list<PaymentAttempt>(columns.next<std::vector<std::string>>(), attempt_from);
    payment.refunds = read_list<Refund>(columns.next<std::vector<std::string>>(), refund_from);
    payment.strays = read_list<StrayCharge>(columns.next<std::vector<std::string>>(), stray_from);
    return payment;
}

PaymentAttempt read_attempt(Columns& columns) {
    Fields fields(columns.next<std::string>());
    return attempt_from(fields);
}

}  // namespace souk
