#include "domain/card_number.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace souk {
namespace {

constexpr std::size_t shortest = 13;
constexpr std::size_t longest = 19;
constexpr std::size_t longest_phone = 15;  // E.164

// A text is reduced to one character for each of its own: a digit, or one of these.
constexpr char gap = ' ';
constexpr char plus = '+';
constexpr char letter = 'a';
constexpr char mark = ',';

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes one UTF-8 character off the text; a broken one counts as a mark.
char32_t next_character(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    constexpr unsigned char first_bits[] = {0x7F, 0x1F, 0x0F, 0x07};
    char32_t character = first & first_bits[length - 1];
    for (std::size_t i = 1; i < length && i < text.size(); ++i)
        character = character << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    text.remove_prefix(std::min(length, text.size()));
    return character;
}

/// Zeros of the scripts whose digits people type; nine more follow each.
constexpr char32_t zeros[] = {0x30,  0x660, 0x6F0,  0x7C0,  0x966,  0x9E6, 0xA66,
                              0xAE6, 0xB66, 0xBE6,  0xC66,  0xCE6,  0xD66, 0xE50,
                              0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10};

bool is_gap(char32_t c) {
    if (c < 0x80)
        return std::string_view{" \t\r\n-./_"}.find(static_cast<char>(c)) != std::string_view::npos;
    return c == 0xA0 || c == 0xAD || c == 0xB7 || (c >= 0x2000 && c <= 0x2015) ||
           (c >= 0x2028 && c <= 0x202F) || c == 0x2022 || c == 0x205F || c == 0x2060 ||
           c == 0x2212 || c == 0x3000 || c == 0xFEFF;
}

char reduced(char32_t c) {
    for (const auto zero : zeros)
        if (c >= zero && c < zero + 10) return static_cast<char>('0' + (c - zero));
    if (is_gap(c)) return gap;
    if (c == U'+') return plus;
    const bool is_letter = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
    return is_letter ? letter : mark;
}

std::string reduced(std::string_view text) {
    std::string characters;
    characters.reserve(text.size());
    while (!text.empty()) characters += reduced(next_character(text));
    return characters;
}

/// Most texts hold too few digits for a card's number, whatever their script: no need to look
/// closer.
bool has_too_few_digits(std::string_view text) {
    const auto may_be_digit = [](char c) {
        return is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
    };
    return static_cast<std::size_t>(std::ranges::count_if(text, may_be_digit)) < shortest;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool is_hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (is_dash ? c != '-' : !is_hex) return false;
    }
    return true;
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

bool is_number_of_card(std::string_view digits) {
    return digits.size() >= shortest && digits.size() <= longest && passes_luhn(digits);
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

bool is_issued_card(std::string_view digits) {
    return is_number_of_card(digits) && has_issuer(digits);
}

bool is_card_behind_plus(std::string_view digits) {
    if (digits.size() > longest_phone) return is_issued_card(digits);
    return digits.size() > shortest && digits.front() != '4' && is_issued_card(digits);
}

struct Run {
    std::size_t begin{};
    std::size_t end{};
    std::vector<std::string_view> groups;  // of digits, with gaps between them
};

Run run_at(std::string_view text, std::size_t begin) {
    Run run{begin, begin, {}};
    for (auto at = begin; at < text.size() && is_digit(text[at]);) {
        const auto first = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        run.groups.push_back(text.substr(first, at - first));
        run.end = at;
        while (at < text.size() && text[at] == gap) ++at;
    }
    return run;
}

std::string digits_of(const Run& run) {
    std::string digits;
    for (const auto group : run.groups) digits += group;
    return digits;
}

/// Any neighbouring groups may be the card: "4242 4242 4242 4242 12/29".
bool holds_card(const Run& run, char before, char after) {
    const std::size_t first = before == letter ? 1 : 0;
    const std::size_t last = run.groups.size() - (after == letter || after == plus ? 1 : 0);
    for (std::size_t from = first; from < last; ++from) {
        const bool is_behind_plus = from == 0 && before == plus;
        std::string digits;
        for (std::size_t to = from; to < last && digits.size() <= longest; ++to) {
            digits += run.groups[to];
            if (is_behind_plus ? is_card_behind_plus(digits) : is_issued_card(digits)) return true;
        }
    }
    return false;
}

bool holds_card_anywhere(const Run& run) {
    const auto digits = digits_of(run);
    for (std::size_t from = 0; from < digits.size(); ++from)
        for (auto length = shortest; length <= longest && from + length <= digits.size(); ++length)
            if (is_issued_card(std::string_view{digits}.substr(from, length))) return true;
    return std::ranges::any_of(run.groups, is_number_of_card) || is_number_of_card(digits);
}

template <class Check>
bool any_run(std::string_view characters, Check check) {
    for (std::size_t at = 0; at < characters.size(); ++at) {
        if (!is_digit(characters[at])) continue;
        const auto run = run_at(characters, at);
        if (check(run)) return true;
        at = run.end;
    }
    return false;
}

bool holds_issued(std::string_view characters) {
    return any_run(characters, [&](const Run& run) {
        const char before = run.begin > 0 ? characters[run.begin - 1] : mark;
        const char after = run.end < characters.size() ? characters[run.end] : mark;
        return holds_card(run, before, after);
    });
}

bool is_one_number(std::string_view characters) {
    const auto begin = characters.find_first_not_of(gap);
    if (begin == characters.npos || !is_digit(characters[begin])) return false;
    const auto run = run_at(characters, begin);
    return characters.find_first_not_of(gap, run.end) == characters.npos &&
           is_number_of_card(digits_of(run));
}

}  // namespace

bool holds_issued_card_number(std::string_view text) {
    return !has_too_few_digits(text) && !is_uuid(text) && holds_issued(reduced(text));
}

bool looks_like_card_number(std::string_view text) {
    if (has_too_few_digits(text) || is_uuid(text)) return false;
    const auto characters = reduced(text);
    return is_one_number(characters) || holds_issued(characters);
}

bool token_holds_card_number(std::string_view text) {
    return !has_too_few_digits(text) && any_run(reduced(text), holds_card_anywhere);
}

bool phone_is_card_number(std::string_view text) {
    std::string digits;
    for (const char c : reduced(text))
        if (is_digit(c)) digits += c;
    return is_card_behind_plus(digits);
}

}  // namespace souk
