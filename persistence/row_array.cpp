#include "persistence/row_array.hpp"

#include <charconv>
#include <chrono>

namespace souk {
namespace {

constexpr std::size_t header_bytes =
    20;  // dimensions, null flag, element type, length, lower bound

/// Network byte order.
template <class Number>
void put(char* at, Number number) {
    auto bits = static_cast<std::make_unsigned_t<Number>>(number);
    for (std::size_t i = sizeof(Number); i-- > 0; bits >>= 8)
        at[i] = static_cast<char>(bits & 0xff);
}

template <class Number>
void append(std::string& out, Number number) {
    char bytes[sizeof(Number)];
    put(bytes, number);
    out.append(bytes, sizeof bytes);
}

/// What stands before each value: its type and its length.
void append_head(std::string& out, PgType type, std::size_t length) {
    append(out, static_cast<std::uint32_t>(type));
    append(out, static_cast<std::int32_t>(length));
}

/// Where timestamptz and date begin to count.
constexpr std::chrono::sys_days postgres_epoch{std::chrono::January / 1 / 2000};

int digits_at(std::string_view text, std::size_t from, std::size_t count) {
    int number = 0;
    if (from + count <= text.size())
        std::from_chars(text.data() + from, text.data() + from + count, number);
    return number;
}

}  // namespace

void RowBytes::begin_row(std::size_t columns) {
    if (bytes_.empty()) bytes_.resize(header_bytes);
    row_at_ = bytes_.size();
    bytes_.append(sizeof(std::int32_t), '\0');
    append(bytes_, static_cast<std::int32_t>(columns));
    ++rows_;
}

void RowBytes::end_row() {
    const auto length = bytes_.size() - row_at_ - sizeof(std::int32_t);
    put(bytes_.data() + row_at_, static_cast<std::int32_t>(length));
}

void RowBytes::add(PgType type, std::string_view value) {
    if (type == PgType::date) return add_date(type, value);
    append_head(bytes_, type, value.size());
    bytes_.append(value);
}

void RowBytes::add(PgType type, const Uuid& value) {
    append_head(bytes_, type, value.bytes.size());
    bytes_.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
}

void RowBytes::add(PgType type, TimePoint value) {
    using std::chrono::microseconds;
    add_int8(type, std::chrono::duration_cast<microseconds>(value - postgres_epoch).count());
}

void RowBytes::add_int8(PgType type, std::int64_t value) {
    append_head(bytes_, type, sizeof value);
    append(bytes_, value);
}

void RowBytes::add_bool(PgType type, bool value) {
    append_head(bytes_, type, 1);
    bytes_.push_back(value ? 1 : 0);
}

/// "2026-01-31"; our own dates, so what is not one is simply refused by PostgreSQL.
void RowBytes::add_date(PgType type, std::string_view value) {
    const std::chrono::year_month_day date{
        std::chrono::year{digits_at(value, 0, 4)},
        std::chrono::month{static_cast<unsigned>(digits_at(value, 5, 2))},
        std::chrono::day{static_cast<unsigned>(digits_at(value, 8, 2))}};
    const auto days = (std::chrono::sys_days{date} - postgres_epoch).count();
    append_head(bytes_, type, sizeof(std::int32_t));
    append(bytes_, static_cast<std::int32_t>(days));
}

void RowBytes::add_null(PgType type) {
    append(bytes_, static_cast<std::uint32_t>(type));
    append(bytes_, std::int32_t{-1});
}

const std::string& RowBytes::close(std::uint32_t row_type_id) {
    if (rows_ == 0) bytes_.resize(header_bytes);
    char* header = bytes_.data();
    put(header, std::int32_t{rows_ > 0 ? 1 : 0});
    put(header + 4, std::int32_t{0});
    put(header + 8, row_type_id);
    put(header + 12, rows_);
    put(header + 16, std::int32_t{1});
    if (rows_ == 0) bytes_.resize(12);  // an empty array has no dimension to describe
    return bytes_;
}

}  // namespace souk
