#include "protocol/json_schema.hpp"

#include <limits>

namespace souk {

void write_text_rules(JsonWriter& out, const Rule& rule) {
    // Where an empty text stands for "nothing", a format would refuse it.
    const bool may_be_empty = rule.min_length == 0 && (rule.optional || rule.null_when_empty);
    if (rule.min_length > 0) {
        out.key("minLength");
        out.integer(static_cast<std::int64_t>(rule.min_length));
    }
    if (rule.max_length != unlimited_length) {
        out.key("maxLength");
        out.integer(static_cast<std::int64_t>(rule.max_length));
    }
    if (rule.format == Format::email && !may_be_empty) {
        out.key("format");
        out.string("email");
    }
    if (const auto pattern = pattern_of(rule.format); !pattern.empty() && !may_be_empty) {
        out.key("pattern");
        out.string(pattern);
    }
}

void write_number_rules(JsonWriter& out, const Rule& rule) {
    out.key("format");
    out.string("int64");
    if (rule.min != std::numeric_limits<std::int64_t>::min()) {
        out.key("minimum");
        out.integer(rule.min);
    }
    if (rule.max != std::numeric_limits<std::int64_t>::max()) {
        out.key("maximum");
        out.integer(rule.max);
    }
}

}  // namespace souk
