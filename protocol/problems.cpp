#include "protocol/problems.hpp"

#include <algorithm>

#include "domain/card_number.hpp"
#include "protocol/json.hpp"

namespace souk {
namespace {

// A hostile body must not buy an answer larger than itself.
constexpr std::size_t max_problems = 50;
constexpr std::size_t max_name_shown = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_upper(c) || is_lower(c); }

bool is_domain(std::string_view text) {
    std::size_t labels = 0;
    while (true) {
        const auto label = text.substr(0, text.find('.'));
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
            return false;
        if (!std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; }))
            return false;
        ++labels;
        if (label.size() == text.size()) return labels > 1;
        text.remove_prefix(label.size() + 1);
    }
}

/// A dot-atom at a domain, as mail servers accept it; whether it exists only a mail can tell.
bool is_email(std::string_view text) {
    constexpr std::string_view atom_marks = "!#$%&'*+-/=?^_`{|}~.";
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
    const auto local = text.substr(0, at);
    if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos)
        return false;
    return std::ranges::all_of(local,
                               [&](char c) {
                                   return is_alphanumeric(c) ||
                                          atom_marks.find(c) != std::string_view::npos;
                               }) &&
           is_domain(text.substr(at + 1));
}

/// E.164 without its spaces, or a national number.
bool is_phone(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return text.size() >= 6 && text.size() <= 15 && std::ranges::all_of(text, is_digit);
}

bool is_country(std::string_view text) {
    return text.size() == 2 && is_upper(text[0]) && is_upper(text[1]);
}

bool is_slug(std::string_view text) {
    return !text.empty() && text.front() != '-' && text.back() != '-' &&
           text.find("--") == std::string_view::npos &&
           std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_token(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

/// What a text of that format must be; empty when this one is.
std::string_view format_broken(std::string_view text, Format format) {
    switch (format) {
        case Format::any:
            return {};
        case Format::email:
            return is_email(text) ? "" : "must be an e-mail address";
        case Format::phone:
            return is_phone(text) ? ""
                                  : "must be a phone number of 6 to 15 digits, like +962791234567";
        case Format::country:
            return is_country(text) ? ""
                                    : "must be an ISO 3166 country code of two capital letters";
        case Format::slug:
            return is_slug(text) ? "" : "must be lower-case letters and digits with single dashes";
        case Format::token:
            return is_token(text) ? "" : "must be letters, digits, _ and - alone";
    }
    return {};
}

bool holds_card_number(std::string_view text, Format format) {
    if (format == Format::phone) return phone_is_card_number(text);
    return format == Format::token ? token_holds_card_number(text) : looks_like_card_number(text);
}

std::size_t character_count(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string printable_name(std::string_view name) {
    auto cut = name.substr(0, max_name_shown);
    while (cut.size() < name.size() && !cut.empty() && !valid_utf8(cut) &&
           cut.size() + 4 > max_name_shown)
        cut.remove_suffix(1);
    return valid_utf8(cut) && !looks_like_card_number(cut) ? std::string{cut} : "?";
}

Problems::Inside::Inside(Problems& problems, std::string_view member)
    : problems_(problems), outer_(problems.path_.size()) {
    if (!problems.path_.empty()) problems.path_ += '.';
    problems.path_ += printable_name(member);
}

Problems::Inside::Inside(Problems& problems, std::size_t element)
    : problems_(problems), outer_(problems.path_.size()) {
    problems.path_.append("[").append(std::to_string(element)).append("]");
}

void Problems::add(std::string message) {
    if (found_.size() < max_problems) found_.push_back({path_, std::move(message)});
}

Error Problems::error() && {
    return {ErrorCode::invalid_input, "Invalid input data", std::move(found_)};
}

void check_text(std::string_view text, const Rule& rule, Problems& problems) {
    if (!valid_utf8(text)) return problems.add("must be valid UTF-8");
    if (text.find('\0') != std::string_view::npos)
        return problems.add("must not contain NUL characters");
    if (text.empty() && (rule.optional || rule.null_when_empty) && rule.min_length == 0) return;
    const auto length = character_count(text);
    if (length < rule.min_length)
        return problems.add(rule.min_length == 1
                                ? "must not be empty"
                                : "must have at least " + std::to_string(rule.min_length) +
                                      " characters");
    if (length > rule.max_length)
        return problems.add("must have at most " + std::to_string(rule.max_length) + " characters");
    if (const auto broken = format_broken(text, rule.format); !broken.empty())
        problems.add(std::string{broken});
}

void check_no_card_number(std::string_view text, const Rule& rule, Problems& problems) {
    if (holds_card_number(text, rule.format))
        problems.add("looks like a card number, which must never be sent here");
}

void check_number(std::int64_t number, const Rule& rule, Problems& problems) {
    if (number < rule.min) return problems.add("must be at least " + std::to_string(rule.min));
    if (number > rule.max) problems.add("must be at most " + std::to_string(rule.max));
}

void check_count(std::size_t items, const Rule& rule, Problems& problems) {
    if (items < rule.min_items)
        return problems.add("must have at least " + std::to_string(rule.min_items) +
                            (rule.min_items == 1 ? " entry" : " entries"));
    if (items > rule.max_items)
        problems.add("must have at most " + std::to_string(rule.max_items) + " entries");
}

std::string_view pattern_of(Format format) {
    switch (format) {
        case Format::any:
        case Format::email:
            return {};
        case Format::phone:
            return "^\\+?[0-9]{6,15}$";
        case Format::country:
            return "^[A-Z]{2}$";
        case Format::slug:
            return "^[a-z0-9]+(-[a-z0-9]+)*$";
        case Format::token:
            return "^[A-Za-z0-9_-]+$";
    }
    return {};
}

}  // namespace souk
