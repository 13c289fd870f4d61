#pragma once
// All that is wrong with one input, gathered in one pass, each with the path to where it is.

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "protocol/fields.hpp"

namespace souk {

class Problems {
public:
    /// While it lives, problems are inside that member or element.
    class Inside {
    public:
        Inside(Problems& problems, std::string_view member);
        Inside(Problems& problems, std::size_t element);
        ~Inside() { problems_.path_.resize(outer_); }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

    private:
        Problems& problems_;
        std::size_t outer_;
    };

    void add(std::string message);
    bool none() const { return found_.empty(); }
    /// Names every bad field; `invalid_input`.
    Error error() &&;

private:
    std::string path_;
    std::vector<FieldError> found_;
};

/// A member's name as an answer may show it: the caller chose it, so it may be anything, even a
/// card's number.
std::string printable_name(std::string_view name);

/// Adds what a text breaks: encoding, NUL, length, format.
void check_text(std::string_view text, const Rule& rule, Problems& problems);
/// Card numbers stop here, at the door of every body.
void check_no_card_number(std::string_view text, const Rule& rule, Problems& problems);
void check_number(std::int64_t number, const Rule& rule, Problems& problems);
void check_count(std::size_t items, const Rule& rule, Problems& problems);

/// The regular expression of a format for the schema; empty when it has none.
std::string_view pattern_of(Format format);

}  // namespace souk
