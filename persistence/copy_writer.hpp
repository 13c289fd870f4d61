#pragma once
// Loads rows through COPY FROM STDIN: the fast way in for data that nobody waits for.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "persistence/connection.hpp"
#include "persistence/text_format.hpp"

namespace souk {

class CopyWriter {
public:
    /// `target` is the table with its columns: "vendors (id, name)".
    CopyWriter(Connection& db, const std::string& target);
    CopyWriter(const CopyWriter&) = delete;
    CopyWriter& operator=(const CopyWriter&) = delete;
    /// A copy that was not finished is given up.
    ~CopyWriter();

    /// Adds one row, a value per column. A failure shows in finish().
    template <class... Values>
    void add(const Values&... values) {
        bool first = true;
        (field(values, std::exchange(first, false)), ...);
        end_row();
    }

    /// How many rows went in.
    Result<std::int64_t> finish();

private:
    template <class T>
    void field(const T& value, bool first) {
        if (!first) buffer_.push_back('\t');
        append(value);
    }
    template <class T>
    void append(const T& value) {
        append_text(buffer_, value);
    }
    template <class T>
    void append(const std::optional<T>& value) {
        if (value)
            append(*value);
        else
            buffer_.append("\\N");
    }
    void append(std::string_view value);
    void append(const std::string& value) { append(std::string_view{value}); }
    void append(const char* value) { append(std::string_view{value}); }
    void append(const std::vector<std::string>& values);
    void end_row();
    void send();

    Connection& db_;
    std::string buffer_;
    std::int64_t rows_{0};
    bool open_{false};
    std::optional<Error> failure_;
};

}  // namespace souk
