#pragma once
// JSON in and out, without showing the parser: a parsed document is read through borrowed views,
// and answers are appended to a string. What the values mean is said in fields.hpp.

#include <charconv>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace souk {

/// Deeper documents are refused.
inline constexpr std::size_t max_json_depth = 32;

/// A value inside a JsonDocument, which must outlive it.
class JsonValue {
public:
    explicit JsonValue(const void* node) : node_(node) {}

    bool is_null() const;
    bool is_boolean() const;
    bool is_integer() const;  // written as a whole number that fits 64 signed bits
    bool is_number() const;   // any other number too
    bool is_string() const;
    bool is_array() const;
    bool is_object() const;

    bool as_boolean() const;
    std::int64_t as_integer() const;
    std::string_view as_string() const;

    /// Elements of an array, members of an object.
    std::size_t size() const;
    JsonValue item(std::size_t index) const;
    std::string_view member_name(std::size_t index) const;
    JsonValue member(std::size_t index) const;

private:
    const void* node_;
};

class JsonDocument {
public:
    /// `invalid_input` for anything that is not one JSON value in UTF-8 of a sane depth.
    static Result<JsonDocument> parse(std::string_view text);

    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    ~JsonDocument();

    JsonValue root() const;

private:
    struct Tree;
    explicit JsonDocument(std::unique_ptr<Tree> tree);
    std::unique_ptr<Tree> tree_;
};

/// Valid UTF-8 by RFC 3629: no overlong forms, no surrogates.
bool valid_utf8(std::string_view text);

/// Appends JSON to a string. It puts the commas; the caller pairs begin with end.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }

    /// A member's name, one of ours: it is not escaped.
    void key(std::string_view name) {
        separate();
        out_ += '"';
        out_ += name;
        out_ += "\":";
        needs_comma_ = false;
    }
    void string(std::string_view text);
    /// A string that `append` adds to the text it is given, and that needs no escaping.
    template <class Append>
    void plain_string(const Append& append) {
        separate();
        out_ += '"';
        append(out_);
        out_ += '"';
        needs_comma_ = true;
    }
    void integer(std::int64_t number) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        raw({digits, static_cast<std::size_t>(end - digits)});
    }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    void null() { raw("null"); }
    /// A value that is JSON already.
    void raw(std::string_view json) {
        separate();
        out_ += json;
        needs_comma_ = true;
    }

private:
    void separate() {
        if (needs_comma_) out_ += ',';
    }
    void open(char bracket) {
        separate();
        out_ += bracket;
        needs_comma_ = false;
    }
    void close(char bracket) {
        out_ += bracket;
        needs_comma_ = true;
    }

    std::string& out_;
    bool needs_comma_{false};
};

}  // namespace souk
