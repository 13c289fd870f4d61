#include "domain/time.hpp"

namespace souk {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::seconds;
using std::chrono::year;

/// Reads exactly `digits` decimal digits from the front of `text`; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

/// Fraction of a second, cut after microseconds; nothing when there is a dot without digits.
std::optional<microseconds> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return microseconds{0};
    int value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 6) value = value * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (int i = digits; i < 6; ++i) value *= 10;
    return microseconds{value};
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return minutes{0};
    const bool east = take(text, '+');
    if (!east && !take(text, '-')) return std::nullopt;
    const int hour = take_number(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
    const int minute = take_number(text, 2);
    if (minute < 0 || minute > 59) return std::nullopt;
    const auto offset = minutes{hour * 60 + minute};
    return east ? offset : -offset;
}

/// The last `width` decimal digits, zeros in front.
void append_digits(std::string& out, unsigned number, std::size_t width) {
    out.append(width, '0');
    for (auto place = out.end(); width-- > 0; number /= 10)
        *--place = static_cast<char>('0' + number % 10);
}

}  // namespace

void append_rfc3339(std::string& out, TimePoint time) {
    const auto midnight = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date{midnight};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(time) -
                                      midnight};
    append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    append_digits(out += '-', static_cast<unsigned>(date.month()), 2);
    append_digits(out += '-', static_cast<unsigned>(date.day()), 2);
    append_digits(out += 'T', static_cast<unsigned>(clock.hours().count()), 2);
    append_digits(out += ':', static_cast<unsigned>(clock.minutes().count()), 2);
    append_digits(out += ':', static_cast<unsigned>(clock.seconds().count()), 2);
    append_digits(out += '.', static_cast<unsigned>(clock.subseconds().count()), 3);
    out += 'Z';
}

std::string to_rfc3339(TimePoint time) {
    std::string text;
    append_rfc3339(text, time);
    return text;
}

std::string to_date(TimePoint time) { return to_rfc3339(time).substr(0, 10); }

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
    const int y = take_number(text, 4);
    if (y < 0 || !take(text, '-')) return std::nullopt;
    const int mo = take_number(text, 2);
    if (mo < 0 || !take(text, '-')) return std::nullopt;
    const int d = take_number(text, 2);
    if (d < 0 || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
    const int h = take_number(text, 2);
    if (h < 0 || h > 23 || !take(text, ':')) return std::nullopt;
    const int mi = take_number(text, 2);
    if (mi < 0 || mi > 59 || !take(text, ':')) return std::nullopt;
    const int s = take_number(text, 2);
    if (s < 0 || s > 60) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    const std::chrono::year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                                           day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date} + hours{h} + minutes{mi} + seconds{s} + *fraction - *offset;
}

}  // namespace souk
