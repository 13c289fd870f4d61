#include "domain/card_number.hpp"

#include <string>
#include <vector>

namespace souk {
namespace {

constexpr std::size_t shortest = 13;
constexpr std::size_t longest = 19;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_gap(char c) { return c == ' ' || c == '-'; }
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '+';
}

bool passes_luhn(std::string_view digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        int digit = digits[digits.size() - 1 - i] - '0';
        if (i % 2 == 1 && (digit *= 2) > 9) digit -= 9;
        sum += digit;
    }
    return sum % 10 == 0;
}

bool has_card_length(std::string_view digits) {
    return digits.size() >= shortest && digits.size() <= longest;
}

// Issuer identification numbers (ISO/IEC 7812) of the networks that cards are paid through.
struct Issuer {
    int first;
    int last;
    std::size_t prefix;  // digits of `first` and `last`
    std::size_t min_length;
    std::size_t max_length;
};
constexpr Issuer issuers[] = {
    {4, 4, 1, 13, 19},        // Visa
    {51, 55, 2, 16, 16},      // Mastercard
    {2221, 2720, 4, 16, 16},  // Mastercard
    {34, 34, 2, 15, 15},      // American Express
    {37, 37, 2, 15, 15},      // American Express
    {6011, 6011, 4, 16, 19},  // Discover
    {644, 659, 3, 16, 19},    // Discover
    {62, 62, 2, 16, 19},      // UnionPay
    {3528, 3589, 4, 16, 19},  // JCB
    {300, 305, 3, 14, 19},    // Diners Club
    {36, 36, 2, 14, 19},      // Diners Club
    {38, 39, 2, 14, 19},      // Diners Club
    {5018, 5018, 4, 13, 19},  // Maestro
    {5020, 5020, 4, 13, 19},  // Maestro
    {5038, 5038, 4, 13, 19},  // Maestro
    {6304, 6304, 4, 13, 19},  // Maestro
    {6759, 6763, 4, 13, 19},  // Maestro
    {9792, 9792, 4, 16, 16},  // Troy
    {2200, 2204, 4, 16, 19},  // Mir
};

bool has_issuer(std::string_view digits) {
    for (const auto& issuer : issuers) {
        if (digits.size() < issuer.min_length || digits.size() > issuer.max_length) continue;
        int prefix = 0;
        for (const char digit : digits.substr(0, issuer.prefix)) prefix = prefix * 10 + digit - '0';
        if (prefix >= issuer.first && prefix <= issuer.last) return true;
    }
    return false;
}

std::string_view without_blanks_around(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

struct Run {
    std::size_t begin{};
    std::size_t end{};
    std::vector<std::string_view> groups;  // of digits, with single gaps between them
};

Run run_at(std::string_view text, std::size_t begin) {
    Run run{begin, begin, {}};
    while (run.end < text.size() && is_digit(text[run.end])) {
        const auto first = run.end;
        while (run.end < text.size() && is_digit(text[run.end])) ++run.end;
        run.groups.push_back(text.substr(first, run.end - first));
        const bool goes_on =
            run.end + 1 < text.size() && is_gap(text[run.end]) && is_digit(text[run.end + 1]);
        if (!goes_on) break;
        ++run.end;
    }
    return run;
}

bool is_whole_number(const Run& run) {
    std::string digits;
    for (const auto group : run.groups) digits += group;
    return has_card_length(digits) && passes_luhn(digits);
}

/// Any neighbouring groups may be the card: "4242 4242 4242 4242 12/29".
bool holds_issued_number(const Run& run, std::size_t first, std::size_t last) {
    for (std::size_t from = first; from < last; ++from) {
        std::string digits;
        for (std::size_t to = from; to < last && digits.size() <= longest; ++to) {
            digits += run.groups[to];
            if (has_card_length(digits) && has_issuer(digits) && passes_luhn(digits)) return true;
        }
    }
    return false;
}

}  // namespace

bool looks_like_card_number(std::string_view text) {
    text = without_blanks_around(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_digit(text[at])) continue;
        const auto run = run_at(text, at);
        at = run.end;
        if (run.begin == 0 && run.end == text.size() && is_whole_number(run)) return true;
        const bool glued_before = run.begin > 0 && is_word(text[run.begin - 1]);
        const bool glued_after = run.end < text.size() && is_word(text[run.end]);
        const auto groups = run.groups.size();
        if (holds_issued_number(run, glued_before ? 1 : 0, groups - (glued_after ? 1 : 0)))
            return true;
    }
    return false;
}

}  // namespace souk
