#include "persistence/binary_array.hpp"

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

/// Where timestamptz and date begin to count.
constexpr std::chrono::sys_days postgres_epoch{std::chrono::January / 1 / 2000};

int digits_at(std::string_view text, std::size_t from, std::size_t count) {
    int number = 0;
    if (from + count <= text.size())
        std::from_chars(text.data() + from, text.data() + from + count, number);
    return number;
}

}  // namespace

BinaryArray::BinaryArray(PgType type) : type_(type), bytes_(header_bytes, '\0') {}

void BinaryArray::add(std::string_view value) {
    if (type_ == PgType::date) return add_date(value);
    ++elements_;
    append(bytes_, static_cast<std::int32_t>(value.size()));
    bytes_.append(value);
}

void BinaryArray::add(const Uuid& value) {
    ++elements_;
    append(bytes_, std::int32_t{16});
    bytes_.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
}

void BinaryArray::add(TimePoint value) {
    using std::chrono::microseconds;
    add_int8(std::chrono::duration_cast<microseconds>(value - postgres_epoch).count());
}

void BinaryArray::add_int8(std::int64_t value) {
    ++elements_;
    append(bytes_, std::int32_t{8});
    append(bytes_, value);
}

void BinaryArray::add_bool(bool value) {
    ++elements_;
    append(bytes_, std::int32_t{1});
    bytes_.push_back(value ? 1 : 0);
}

/// "2026-01-31"; our own dates, so what is not one is simply refused by PostgreSQL.
void BinaryArray::add_date(std::string_view value) {
    const std::chrono::year_month_day date{
        std::chrono::year{digits_at(value, 0, 4)},
        std::chrono::month{static_cast<unsigned>(digits_at(value, 5, 2))},
        std::chrono::day{static_cast<unsigned>(digits_at(value, 8, 2))}};
    ++elements_;
    append(bytes_, std::int32_t{4});
    append(bytes_,
           static_cast<std::int32_t>((std::chrono::sys_days{date} - postgres_epoch).count()));
}

void BinaryArray::add_null() {
    ++elements_;
    has_null_ = true;
    append(bytes_, std::int32_t{-1});
}

const std::string& BinaryArray::bytes() {
    char* header = bytes_.data();
    put(header, std::int32_t{elements_ > 0 ? 1 : 0});
    put(header + 4, std::int32_t{has_null_ ? 1 : 0});
    put(header + 8, static_cast<std::uint32_t>(type_));
    put(header + 12, elements_);
    put(header + 16, std::int32_t{1});
    if (elements_ == 0) bytes_.resize(12);  // an empty array has no dimension to describe
    return bytes_;
}

}  // namespace souk
