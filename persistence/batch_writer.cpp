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

namespace souk {
namespace {

// $1 epoch, $2 batch before, $3 outbox after, $4 order number
constexpr Prepared move_lane{"move_lane", R"(
WITH moved AS (
    UPDATE lanes SET batch = batch + 1, outbox = $3::int8,
                     order_number = greatest(order_number, $4::int8)
    WHERE id = 0 AND epoch = $1::int8 AND batch = $2::int8 RETURNING 1)
SELECT souk_expect(count(*), 1, 'lane') FROM moved)"};

constexpr Prepared check_lane{"check_lane", R"(
SELECT souk_expect(count(*), 1, 'lane') FROM lanes WHERE id = 0 AND epoch = $1::int8)"};

// One event per SKU and batch, with the last version.
constexpr Prepared write_stock{"write_stock", R"(
WITH d AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[], $6::int8[],
                         $7::text[])
        WITH ORDINALITY AS d(variant_id, seller_id, on_hand, reserved, threshold, changes, entity,
                             ordinal)),
u AS (
    UPDATE stock s
    SET on_hand = s.on_hand + d.on_hand, reserved = s.reserved + d.reserved,
        low_stock_threshold = coalesce(d.threshold, s.low_stock_threshold),
        version = s.version + d.changes
    FROM d WHERE s.variant_id = d.variant_id AND s.seller_id = d.seller_id
    RETURNING s.variant_id, s.seller_id, s.on_hand, s.reserved, s.version, d.entity, d.ordinal),
m AS (
    INSERT INTO movements (id, variant_id, seller_id, kind, quantity, balance, reason, order_id,
                           reservation_id, at)
    SELECT m.id, m.variant_id, m.seller_id, m.kind, m.quantity, u.on_hand - m.later, m.reason,
           m.order_id, m.reservation_id, $17::timestamptz
    FROM unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::int8[], $12::int8[], $13::int8[],
                $14::text[], $15::uuid[], $16::uuid[])
        WITH ORDINALITY AS m(id, variant_id, seller_id, kind, quantity, later, reason, order_id,
                             reservation_id, ordinal)
    JOIN u ON u.variant_id = m.variant_id AND u.seller_id = m.seller_id
    ORDER BY m.ordinal),
o AS (
    INSERT INTO outbox (lane, sequence, type, entity, version, payload, request_id, at)
    SELECT 0, $18::int8 + u.ordinal, 'stock.changed', u.entity, u.version,
           json_build_object('variantId', u.entity, 'sellerId', u.seller_id, 'onHand', u.on_hand,
                              'reserved', u.reserved, 'available', u.on_hand - u.reserved),
           '', $17::timestamptz
    FROM u)
SELECT souk_expect(count(*), $19::int8, 'stock') FROM u)"};

constexpr Prepared open_reservations{"open_reservations", R"(
INSERT INTO reservations (id, variant_id, seller_id, quantity, expires_at, cart_id, order_id,
                          created_at)
SELECT *, $8::timestamptz
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int8[], $5::timestamptz[], $6::uuid[],
            $7::uuid[]))"};

// After lines are opened and before they are closed: one batch may open, extend and close a line.
constexpr Prepared extend_reservations{"extend_reservations", R"(
WITH u AS (
    UPDATE reservations r SET expires_at = e.expires_at
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
        AS e(id, variant_id, seller_id, expires_at)
    WHERE r.id = e.id AND r.variant_id = e.variant_id AND r.seller_id = e.seller_id
      AND r.state = 0 AND r.expires_at < e.expires_at
    RETURNING 1)
SELECT souk_expect(count(*), $5::int8, 'reservations to extend') FROM u)"};

constexpr Prepared close_reservations{"close_reservations", R"(
WITH u AS (
    UPDATE reservations r SET state = c.state, closed_at = $5::timestamptz
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int8[])
        AS c(id, variant_id, seller_id, state)
    WHERE r.id = c.id AND r.variant_id = c.variant_id AND r.seller_id = c.seller_id
      AND r.state = 0
    RETURNING 1)
SELECT souk_expect(count(*), $6::int8, 'reservations') FROM u)"};

constexpr Prepared add_carts{"add_carts", R"(
INSERT INTO carts (id, customer_id, currency, status, order_id, order_fingerprint, destination,
                   tax_basis_points, tax_inclusive, shipping_method, subtotal, discount, tax,
                   shipping, total, created_at, updated_at, expires_at, version,
                   applied_discount)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int8[], $5::uuid[], $6::text[],
                     $7::json[], $8::int8[], $9::bool[], $10::json[], $11::int8[], $12::int8[],
                     $13::int8[], $14::int8[], $15::int8[], $16::timestamptz[],
                     $17::timestamptz[], $18::timestamptz[], $19::int8[], $20::json[]))"};

constexpr Prepared change_carts{"change_carts", R"(
WITH u AS (
    UPDATE carts c
    SET customer_id = d.customer_id, status = d.status, order_id = d.order_id,
        order_fingerprint = d.order_fingerprint, destination = d.destination,
        tax_basis_points = d.tax_basis_points, tax_inclusive = d.tax_inclusive,
        shipping_method = d.shipping_method, subtotal = d.subtotal, discount = d.discount,
        tax = d.tax, shipping = d.shipping, total = d.total, version = d.version,
        applied_discount = d.applied_discount, updated_at = $18::timestamptz
    FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::int8[], $5::uuid[], $6::text[],
                $7::json[], $8::int8[], $9::bool[], $10::json[], $11::int8[], $12::int8[],
                $13::int8[], $14::int8[], $15::int8[], $16::int8[], $17::json[])
        AS d(id, expected, customer_id, status, order_id, order_fingerprint, destination,
             tax_basis_points, tax_inclusive, shipping_method, subtotal, discount, tax, shipping,
             total, version, applied_discount)
    WHERE c.id = d.id AND c.version = d.expected
    RETURNING 1)
SELECT souk_expect(count(*), $19::int8, 'carts') FROM u)"};

constexpr Prepared drop_cart_items{"drop_cart_items", R"(
DELETE FROM cart_items i USING unnest($1::uuid[], $2::uuid[]) AS d(cart_id, id)
WHERE i.cart_id = d.cart_id AND i.id = d.id)"};

constexpr Prepared put_cart_items{"put_cart_items", R"(
INSERT INTO cart_items (cart_id, position, id, product_id, variant_id, seller_id, quantity,
                        unit_price)
SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
                     $7::int8[], $8::int8[])
ON CONFLICT (cart_id, id) DO UPDATE
SET position = excluded.position, quantity = excluded.quantity, unit_price = excluded.unit_price)"};

constexpr Prepared add_orders{"add_orders", R"(
INSERT INTO orders (id, number, cart_id, customer_id, customer_email, status, payment_status,
                    payment_method, currency, subtotal, discount, tax, shipping, total,
                    tax_basis_points, tax_inclusive, shipping_address, billing_address,
                    shipping_method, vendor_orders, estimated_delivery, tracking_number, notes,
                    reservation_id, reserved_until, stock_deducted, created_at, updated_at,
                    version, applied_discount)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::int8[],
                     $7::int8[], $8::int8[], $9::text[], $10::int8[], $11::int8[], $12::int8[],
                     $13::int8[], $14::int8[], $15::int8[], $16::bool[], $17::json[],
                     $18::json[], $19::json[], $20::json[], $21::date[], $22::text[],
                     $23::text[], $24::uuid[], $25::timestamptz[], $26::bool[],
                     $27::timestamptz[], $28::timestamptz[], $29::int8[], $30::json[]))"};

constexpr Prepared change_orders{"change_orders", R"(
WITH u AS (
    UPDATE orders o
    SET status = d.status, payment_status = d.payment_status, vendor_orders = d.vendor_orders,
        tracking_number = d.tracking_number, reserved_until = d.reserved_until,
        stock_deducted = d.stock_deducted, updated_at = d.updated_at, version = d.version
    FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::json[], $6::text[],
                $7::timestamptz[], $8::bool[], $9::timestamptz[], $10::int8[])
        AS d(id, expected, status, payment_status, vendor_orders, tracking_number,
             reserved_until, stock_deducted, updated_at, version)
    WHERE o.id = d.id AND o.version = d.expected
    RETURNING 1)
SELECT souk_expect(count(*), $11::int8, 'orders') FROM u)"};

constexpr Prepared add_order_items{"add_order_items", R"(
INSERT INTO order_items (order_id, position, id, product_id, variant_id, seller_id, quantity,
                         unit_price, total_price, discount, tax, snapshot)
SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[],
                     $7::int8[], $8::int8[], $9::int8[], $10::int8[], $11::int8[], $12::json[]))"};

constexpr Prepared add_order_history{"add_order_history", R"(
INSERT INTO order_history (order_id, position, status, payment_status, actor, reason, at)
SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::text[], $6::text[],
                     $7::timestamptz[]))"};

// $7: the sequence before the first of them
constexpr Prepared add_events{"add_events", R"(
INSERT INTO outbox (lane, sequence, type, entity, version, payload, request_id, at)
SELECT 0, $7::int8 + e.ordinal, e.type, e.entity, e.version, e.payload, e.request_id,
       $6::timestamptz
FROM unnest($1::text[], $2::text[], $3::int8[], $4::json[], $5::text[])
    WITH ORDINALITY AS e(type, entity, version, payload, request_id, ordinal))"};

// A key may be used again after a day, though its old answer has not been purged yet.
constexpr Prepared add_answers{"add_answers", R"(
WITH u AS (
    INSERT INTO idempotency_keys AS k (caller, key, request_hash, status, body, location, etag,
                                       created_at)
    SELECT *, $8::timestamptz
    FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::text[],
                $7::text[])
    ON CONFLICT (caller, key) DO UPDATE
    SET request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
        location = excluded.location, etag = excluded.etag, created_at = excluded.created_at
    WHERE k.created_at < excluded.created_at - interval '24 hours'
    RETURNING 1)
SELECT souk_expect(count(*), $9::int8, 'idempotency keys') FROM u)"};

constexpr Prepared all_statements[] = {
    check_lane,          move_lane,          write_stock,         open_reservations,
    extend_reservations, close_reservations, add_carts,           change_carts,
    drop_cart_items,     put_cart_items,     add_orders,          change_orders,
    add_order_items,     add_order_history,  put_payments,        put_attempts,
    put_refunds,         put_strays,         post_ledger,         use_discounts,
    give_back_discounts, count_discounts,    note_gateway_events, add_events,
    add_answers};

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
    /// Always, with these parameters alone.
    template <class... Values>
    void add(const Prepared& statement, const Values&... values) {
        auto& parameters = statements_.emplace_back(Statement{statement.name, {}}).parameters;
        (add_scalar(parameters, values), ...);
    }
    /// When there are rows: their arrays, then these.
    template <PgType... types, class... Values>
    void add_rows(const Prepared& statement, ColumnArrays<types...>& rows,
                  const Values&... values) {
        if (rows.rows() == 0) return;
        auto& parameters = statements_.emplace_back(Statement{statement.name, {}}).parameters;
        rows.append_to(parameters);
        (add_scalar(parameters, values), ...);
    }
    /// As add_rows(), for a statement whose last parameter says how many rows it is to touch.
    template <PgType... types, class... Values>
    void add_counted(const Prepared& statement, ColumnArrays<types...>& rows,
                     const Values&... values) {
        add_rows(statement, rows, values..., rows.rows());
    }
    std::span<const Statement> statements() const { return statements_; }

private:
    void add_scalar(StatementParameters& parameters, const std::string& text) {
        parameters.add_text(text);
    }
    void add_scalar(StatementParameters& parameters, std::int64_t number) {
        parameters.add_text(numbers_.emplace_back(std::to_string(number)));
    }
    template <PgType... types>
    void add_scalar(StatementParameters& parameters, ColumnArrays<types...>* rows) {
        rows->append_to(parameters);
    }

    std::vector<Statement> statements_;
    std::deque<std::string> numbers_;
};

void add_paying(StatementList& list, PayingRows& rows, const std::string& at) {
    list.add_counted(put_payments, rows.payments);
    list.add_counted(put_attempts, rows.attempts);
    list.add_rows(put_refunds, rows.refunds);
    list.add_rows(put_strays, rows.strays);
    list.add_rows(post_ledger, rows.ledger);
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
    BatchRows rows(batch);
    std::string at;
    append_text(at, rows.at);
    const auto before = expected();
    const LaneRow after{before.batch + 1, before.outbox + rows.stock.rows() + rows.events.rows(),
                        std::max(before.order_number, rows.last_order_number)};

    StatementList list;
    list.add(move_lane, *epoch_, before.batch, after.outbox, after.order_number);
    list.add_rows(open_reservations, rows.reservations_opened, at);
    list.add_counted(extend_reservations, rows.reservations_extended);
    list.add_counted(close_reservations, rows.reservations_closed, at);
    if (rows.stock.rows() > 0)
        list.add(write_stock, &rows.stock, &rows.movements, at, before.outbox, rows.stock.rows());
    list.add_rows(add_carts, rows.carts_new);
    list.add_counted(change_carts, rows.carts_changed, at);
    list.add_rows(drop_cart_items, rows.cart_items_removed);
    list.add_rows(put_cart_items, rows.cart_items);
    list.add_rows(add_orders, rows.orders_new);
    list.add_counted(change_orders, rows.orders_changed);
    list.add_rows(add_order_items, rows.order_items);
    list.add_rows(add_order_history, rows.order_history);
    if (rows.paying) add_paying(list, *rows.paying, at);
    list.add_rows(add_events, rows.events, at, before.outbox + rows.stock.rows());
    list.add_counted(add_answers, rows.idempotency, at);

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
