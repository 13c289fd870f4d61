#include "persistence/batch_writer.hpp"

#include <poll.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

#include "persistence/paying_statements.hpp"
#include "persistence/plan_by_key.hpp"
#include "persistence/query.hpp"
#include "persistence/selling_statements.hpp"

namespace souk {
namespace {

constexpr PreparedStatement all_statements[] = {
    check_lane,          move_lane,           write_stock,        open_reservations,
    extend_reservations, move_reservations,   close_reservations, add_carts,
    change_carts,        drop_cart_items,     put_cart_items,     add_orders,
    change_orders,       anonymise_orders,    erase_reasons,      forget_buyers,
    add_order_items,     add_order_history,   put_payments,       put_attempts,
    put_refunds,         put_strays,          post_ledger,        make_discounts,
    use_discounts,       give_back_discounts, count_discounts,    note_gateway_events,
    add_events,          add_answers,         add_audit};

constexpr const char* take_first = R"(
UPDATE lanes SET epoch = epoch + 1, holder = $1 WHERE id = 0
RETURNING epoch, batch, outbox, order_number)";
// By holder, not by epoch: the answer to an earlier taking may have been lost with its connection.
constexpr const char* take_again = R"(
UPDATE lanes SET epoch = epoch + 1 WHERE id = 0 AND holder = $1
RETURNING epoch, batch, outbox, order_number)";

/// Class 53 is a lack of resources, 57 an operator's doing, 58 the system below: no change is
/// guilty of it, so looking for the guilty one would only make it worse.
bool is_trouble_below(std::string_view sqlstate) {
    return sqlstate.starts_with("53") || sqlstate.starts_with("57") || sqlstate.starts_with("58");
}

/// The statements of a batch in their order. Rows and texts that they are given must outlive them;
/// numbers are kept here.
class StatementList {
public:
    explicit StatementList(const RowTypes& types) : types_(types) {}

    /// Always, with these parameters.
    template <class... Values>
    void add(const PreparedStatement& statement, const Values&... values) {
        auto& parameters = statements_.emplace_back(Statement{statement.name, {}}).parameters;
        (add_parameter(parameters, values), ...);
    }
    /// When there are rows: they, then these.
    template <PgType... types, class... Values>
    void add_rows(const PreparedStatement& statement, RowArray<types...>& rows,
                  const Values&... values) {
        if (rows.rows() > 0) add(statement, &rows, values...);
    }
    /// As add_rows(), for a statement whose last parameter says how many rows it is to touch.
    template <PgType... types, class... Values>
    void add_counted(const PreparedStatement& statement, RowArray<types...>& rows,
                     const Values&... values) {
        add_rows(statement, rows, values..., rows.rows());
    }
    std::span<const Statement> statements() const { return statements_; }

private:
    void add_parameter(StatementParameters& parameters, const std::string& text) {
        parameters.add_text(text);
    }
    void add_parameter(StatementParameters& parameters, std::int64_t number) {
        parameters.add_text(numbers_.emplace_back(std::to_string(number)));
    }
    template <PgType... types>
    void add_parameter(StatementParameters& parameters, RowArray<types...>* rows) {
        parameters.add(rows->bytes(types_.id_of(rows->type_name())));
    }

    const RowTypes& types_;
    std::vector<Statement> statements_;
    std::deque<std::string> numbers_;
};

void add_paying(StatementList& list, PayingRows& rows, const std::string& at) {
    list.add_counted(put_payments, rows.payments);
    list.add_counted(put_attempts, rows.attempts);
    list.add_rows(put_refunds, rows.refunds);
    list.add_rows(put_strays, rows.strays);
    list.add_rows(post_ledger, rows.ledger);
    list.add_rows(make_discounts, rows.discounts_new, at);
    list.add_rows(use_discounts, rows.discounts_used, at);
    list.add_counted(give_back_discounts, rows.discounts_given_back);
    list.add_counted(count_discounts, rows.discounts);
    list.add_rows(note_gateway_events, rows.gateway_events, at);
}

}  // namespace

BatchWriter::BatchWriter(ConnectionOptions options, std::string holder,
                         std::chrono::milliseconds resolve_time)
    : options_(std::move(options)), holder_(std::move(holder)), resolve_time_(resolve_time) {}

// The batch is fenced by the row that all before it will leave, so it may be sent while they run.
CommitResult BatchWriter::begin(std::span<const ChangeSet* const> batch) {
    if (!connection_) return {CommitStatus::unavailable, "not connected"};
    BatchRows rows(batch, connection_->personal());
    std::string at;
    append_text(at, rows.at);
    const auto before = expected();
    const LaneRow after{before.batch + 1, before.outbox + rows.stock.rows() + rows.events.rows(),
                        std::max(before.order_number, rows.last_order_number)};

    StatementList list(*row_types_);
    list.add(move_lane, *epoch_, before.batch, after.outbox, after.order_number);
    list.add_rows(open_reservations, rows.reservations_opened, at);
    list.add_counted(extend_reservations, rows.reservations_extended);
    list.add_rows(move_reservations, rows.reservations_moved);
    list.add_counted(close_reservations, rows.reservations_closed, at);
    if (rows.stock.rows() > 0)
        list.add(write_stock, &rows.stock, &rows.movements, at, before.outbox, rows.stock.rows());
    list.add_rows(add_carts, rows.carts_new);
    list.add_counted(change_carts, rows.carts_changed, at);
    list.add_rows(drop_cart_items, rows.cart_items_removed);
    list.add_rows(put_cart_items, rows.cart_items);
    list.add_rows(add_orders, rows.orders_new);
    list.add_counted(change_orders, rows.orders_changed);
    list.add_counted(anonymise_orders, rows.orders_anonymised);
    list.add_rows(erase_reasons, rows.order_reasons_erased);
    list.add_rows(forget_buyers, rows.discount_buyers_erased);
    list.add_rows(add_order_items, rows.order_items);
    list.add_rows(add_order_history, rows.order_history);
    if (rows.paying) add_paying(list, *rows.paying, at);
    list.add_rows(add_events, rows.events, at, before.outbox + rows.stock.rows());
    list.add_counted(add_answers, rows.idempotency, at);
    list.add_rows(add_audit, rows.audit, at);

    // Part of it may have arrived, so from here on only its outcome tells.
    under_way_.push_back(after);
    if (!send(list.statements())) lose_connection("the connection was lost while sending");
    return {};
}

CommitResult BatchWriter::finish() {
    std::optional<CommitResult> result;
    if (connection_) result = read_results();
    if (!result)
        return {CommitStatus::unknown,
                lose_connection("the connection was lost during a commit").detail};
    if (result->status == CommitStatus::committed) {
        written_ = under_way_.front();
        under_way_.pop_front();
        return *result;
    }
    // Those behind it fail at their fence; their results are read and dropped.
    for (std::size_t behind = under_way_.size() - 1; behind > 0 && connection_; --behind)
        if (!read_results()) lose_connection("the connection was lost after a refusal");
    under_way_.clear();
    return *result;
}

bool BatchWriter::wait(int wake) {
    if (!connection_) return true;
    auto* native = connection_->native();
    if (PQisBusy(native) == 0) return true;
    pollfd sources[2]{{PQsocket(native), POLLIN, 0}, {wake, POLLIN, 0}};
    const auto limit = patience();
    if (poll(sources, 2, static_cast<int>(limit.count())) <= 0) return true;
    return sources[0].revents != 0;
}

bool BatchWriter::send(std::span<const Statement> statements) {
    auto* native = connection_->native();
    for (const auto& [name, parameters] : statements)
        if (PQsendQueryPrepared(native, name, static_cast<int>(parameters.values.size()),
                                parameters.values.data(), parameters.lengths.data(),
                                parameters.formats.data(), 0) != 1)
            return false;
    return PQpipelineSync(native) == 1 && flush();
}

// The server answers while we still send: whoever does not read meanwhile may block it for good.
bool BatchWriter::flush() {
    auto* native = connection_->native();
    while (true) {
        const int left = PQflush(native);
        if (left == 0) return true;
        if (left < 0 || !wait_for_socket(POLLIN | POLLOUT) || PQconsumeInput(native) != 1)
            return false;
    }
}

/// A statement's time and a little more; -1 (no limit) when statements have none.
std::chrono::milliseconds BatchWriter::patience() const {
    if (options_.statement_timeout.count() == 0) return std::chrono::milliseconds{-1};
    return options_.statement_timeout + std::chrono::seconds{2};
}

bool BatchWriter::wait_for_socket(short events) {
    pollfd socket{PQsocket(connection_->native()), events, 0};
    return poll(&socket, 1, static_cast<int>(patience().count())) > 0;
}

std::optional<CommitResult> BatchWriter::read_results() {
    auto* native = connection_->native();
    CommitResult outcome{CommitStatus::committed, {}};
    int nothings = 0;
    while (true) {
        while (PQisBusy(native) == 1)
            if (!wait_for_socket(POLLIN) || PQconsumeInput(native) != 1) return std::nullopt;
        const ResultHandle result{PQgetResult(native)};
        if (!result) {
            // One NULL ends each statement's results; two in a row end a broken connection's.
            if (++nothings > 1 || PQstatus(native) != CONNECTION_OK) return std::nullopt;
            continue;
        }
        nothings = 0;
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC) return outcome;
        if (status != PGRES_FATAL_ERROR) continue;
        if (PQstatus(native) != CONNECTION_OK) return std::nullopt;
        const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
        const std::string_view state = sqlstate == nullptr ? "" : sqlstate;
        outcome.detail = std::string{state} + " " + (message == nullptr ? "" : message);
        outcome.status = CommitStatus::refused;
        if (state == "SK001" && message != nullptr && std::strncmp(message, "lane ", 5) == 0)
            outcome.status = CommitStatus::fenced;
        else if (is_trouble_below(state))
            outcome.status = CommitStatus::unavailable;
    }
}

// Taking the lane again waits for the lost transaction's row lock, so what the row says afterwards
// is final: batches up to its number were committed, those behind it never will be.
Resolution BatchWriter::resolve() {
    const auto doubtful = std::exchange(under_way_, {});
    const auto deadline = std::chrono::steady_clock::now() + resolve_time_;
    CommitResult taken;
    do {
        taken = recover();
        const auto committed = [&] {
            return static_cast<std::size_t>(std::ranges::count_if(
                doubtful, [&](const auto& row) { return row.batch <= written_.batch; }));
        };
        if (taken.status == CommitStatus::fenced) return {0, taken};
        if (taken.status == CommitStatus::committed)
            return {committed(),
                    {CommitStatus::unavailable, "the connection was lost before the commit"}};
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    } while (std::chrono::steady_clock::now() < deadline);
    return {0, {CommitStatus::unknown, taken.detail}};
}

CommitResult BatchWriter::check() {
    if (!connection_) return {CommitStatus::unavailable, "not connected"};
    const auto epoch = std::to_string(*epoch_);
    Statement statement{check_lane.name, {}};
    statement.parameters.add_text(epoch);
    std::optional<CommitResult> result;
    if (send({&statement, 1})) result = read_results();
    if (!result) return lose_connection("the connection was lost");
    return *result;
}

CommitResult BatchWriter::lose_connection(const std::string& why) {
    std::string detail = why;
    if (connection_) detail += std::string{": "} + PQerrorMessage(connection_->native());
    connection_.reset();
    return {CommitStatus::unavailable, detail};
}

CommitResult BatchWriter::recover() {
    if (connection_ && connection_->alive()) return {CommitStatus::committed, {}};
    connection_.reset();
    auto opened = Connection::open(options_);
    if (!opened) return {CommitStatus::unavailable, opened.error().message};
    connection_.emplace(std::move(*opened));
    auto taken = take_lane();
    if (taken.status != CommitStatus::committed) connection_.reset();
    return taken;
}

CommitResult BatchWriter::take_lane() {
    const auto rows = query(*connection_, epoch_ ? take_again : take_first, holder_);
    if (!rows) return lose_connection(rows.error().message);
    if (rows->size() != 1) return {CommitStatus::fenced, "the lane has another holder"};
    const auto row = (*rows)[0];
    epoch_ = row.get<std::int64_t>(0);
    written_ = {row.get<std::int64_t>(1), row.get<std::int64_t>(2), row.get<std::int64_t>(3)};
    under_way_.clear();
    if (const auto set = connection_->run_script(plan_by_key); !set)
        return lose_connection(set.error().message);
    auto row_types = RowTypes::create(*connection_, BatchRows::types());
    if (!row_types) return lose_connection(row_types.error().message);
    row_types_.emplace(std::move(*row_types));
    auto* native = connection_->native();
    for (const auto& [name, sql] : all_statements) {
        const ResultHandle prepared{PQprepare(native, name, sql, 0, nullptr)};
        if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK)
            return lose_connection(std::string{"cannot prepare "} + name);
    }
    if (PQsetnonblocking(native, 1) != 0 || PQenterPipelineMode(native) != 1)
        return lose_connection("cannot enter pipeline mode");
    return {CommitStatus::committed, {}};
}

}  // namespace souk
