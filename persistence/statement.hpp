#pragma once
// What is sent to PostgreSQL in one go: prepared statements by their names, with their parameters.

#include <string>
#include <vector>

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

}  // namespace souk
