#pragma once
// Builds a PostgreSQL array in text format, element by element: the parameters of unnest() and
// = ANY(). It never fails; text that PostgreSQL cannot hold (a NUL, broken UTF-8) is refused there.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/text_format.hpp"

namespace souk {

class ArrayLiteral {
public:
    explicit ArrayLiteral(std::size_t expected_bytes = 0) { text_.reserve(expected_bytes + 2); }

    void add(std::string_view value) {
        separate();
        text_.push_back('"');
        for (const char character : value) {
            if (character == '"' || character == '\\') text_.push_back('\\');
            text_.push_back(character);
        }
        text_.push_back('"');
    }
    void add(const std::string& value) { add(std::string_view{value}); }
    void add(const char* value) { add(std::string_view{value}); }

    void add(TimePoint value) {  // quoted: it has a space in it
        separate();
        text_.push_back('"');
        append_text(text_, value);
        text_.push_back('"');
    }

    template <class T>
    void add(const T& value) {
        separate();
        append_text(text_, value);
    }

    template <class T>
    void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            add_null();
    }

    void add_null() {
        separate();
        text_.append("NULL");
    }

    /// Closes the array; add nothing afterwards.
    const std::string& text() {
        if (!closed_) text_.push_back('}');
        closed_ = true;
        return text_;
    }

    void clear() {
        text_.assign(1, '{');
        closed_ = false;
    }

private:
    void separate() {
        if (text_.size() > 1) text_.push_back(',');
    }

    std::string text_{"{"};
    bool closed_{false};
};

template <class T>
std::string array_literal(const std::vector<T>& values) {
    ArrayLiteral array(values.size() * 34);
    for (const auto& value : values) array.add(value);
    return array.text();
}

}  // namespace souk
