#pragma once
// Parameters of one statement, and the arrays that many of them are.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "persistence/binary_array.hpp"

namespace souk {

/// Parameters of one statement, alive as long as what they were made from.
struct StatementParameters {
    void add(const std::string& binary) { add(binary.data(), binary.size(), 1); }
    void add_text(const std::string& text) { add(text.c_str(), text.size(), 0); }

    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;

private:
    void add(const char* value, std::size_t length, int format) {
        values.push_back(value);
        lengths.push_back(static_cast<int>(length));
        formats.push_back(format);
    }
};

/// A prepared statement, by its name, about to be sent.
struct Statement {
    const char* name;
    StatementParameters parameters;
};

/// Rows for one unnest(): an array per column.
template <PgType... types>
class ColumnArrays {
public:
    template <class... Values>
    void add(const Values&... values) {
        static_assert(sizeof...(Values) == sizeof...(types));
        std::size_t column = 0;
        (arrays_[column++].add(values), ...);
        ++rows_;
    }
    std::int64_t rows() const { return rows_; }
    /// Every column, in order; the arrays are closed by it.
    void append_to(StatementParameters& parameters) {
        for (auto& array : arrays_) parameters.add(array.bytes());
    }

private:
    std::array<BinaryArray, sizeof...(types)> arrays_{BinaryArray{types}...};
    std::int64_t rows_{0};
};

}  // namespace souk
