#pragma once
// The JSON Schema of a DTO in OpenAPI 3.0.3's dialect, from the same fields that read and write it.

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/fields.hpp"
#include "protocol/json.hpp"
#include "protocol/problems.hpp"
#include "protocol/text_values.hpp"

namespace souk {

/// The named schemas of a document: name → schema, each added the first time it is referred to.
using SchemaSet = std::map<std::string, std::string, std::less<>>;

/// One query parameter.
struct ParameterInfo {
    std::string_view name;
    std::string_view doc;
    bool required{false};
    bool list{false};  // values separated by commas
    std::string schema;
};

/// What a route's declaration says of a body, a query or an answer; see `dto_info`.
struct DtoInfo {
    std::string_view name;
    bool required{true};  // of a body: some field must be given
    /// The schema to put where the DTO is used, mostly a reference into `schemas`.
    std::string (*schema)(SchemaSet& schemas){nullptr};
    std::vector<ParameterInfo> (*parameters)(){nullptr};
};

void write_text_rules(JsonWriter& out, const Rule& rule);
void write_number_rules(JsonWriter& out, const Rule& rule);

template <class T>
void write_schema(JsonWriter& out, SchemaSet& schemas, const Rule& rule = {},
                  std::string_view doc = {}, bool nullable = false);

/// {"type":"object",…} with every field; nested DTOs with a name become references.
template <Dto T>
void write_object_schema(JsonWriter& out, SchemaSet& schemas, bool nullable) {
    out.begin_object();
    out.key("type");
    out.string("object");
    if (nullable) {
        out.key("nullable");
        out.boolean(true);
    }
    std::vector<std::string_view> required;
    for_each_field<T>([&](const auto& field) {
        if (Schema<T>::use == Use::answer || is_required<T>(field)) required.push_back(field.name);
    });
    if (!required.empty()) {
        out.key("required");
        out.begin_array();
        for (const auto name : required) out.string(name);
        out.end_array();
    }
    out.key("properties");
    out.begin_object();
    for_each_field<T>([&]<class Getter>(const Field<Getter>& field) {
        out.key(field.name);
        write_schema<FieldValue<T, Getter>>(out, schemas, field.rule, field.doc);
    });
    out.end_object();
    out.key("additionalProperties");
    out.boolean(false);
    out.end_object();
}

template <Dto T>
void write_reference(JsonWriter& out, SchemaSet& schemas) {
    const auto name = std::string{Schema<T>::name};
    if (!schemas.contains(name)) {
        schemas[name];  // taken, in case the DTO contains itself
        std::string text;
        JsonWriter object{text};
        write_object_schema<T>(object, schemas, false);
        schemas[name] = text;
    }
    out.begin_object();
    out.key("$ref");
    out.string("#/components/schemas/" + name);
    out.end_object();
}

template <class T>
inline constexpr bool is_raw = false;
template <class T>
inline constexpr bool is_raw<RawJson<T>> = true;

template <class T>
struct RawContent;
template <class T>
struct RawContent<RawJson<T>> {
    using type = T;
};

/// The type's own keywords, inside an object that the caller opened.
template <class T>
void write_keywords(JsonWriter& out, SchemaSet& schemas, const Rule& rule) {
    out.key("type");
    if constexpr (std::same_as<T, bool>) {
        out.string("boolean");
    } else if constexpr (std::integral<T>) {
        out.string("integer");
        write_number_rules(out, rule);
    } else if constexpr (std::convertible_to<T, std::string_view>) {
        out.string("string");
        write_text_rules(out, rule);
    } else if constexpr (HasText<T>) {
        out.string("string");
        TextValue<T>::describe(out);
    } else {
        out.string("array");
        if (rule.min_items > 0) {
            out.key("minItems");
            out.integer(static_cast<std::int64_t>(rule.min_items));
        }
        out.key("items");
        write_schema<typename T::value_type>(out, schemas);
    }
}

template <class T>
void write_schema(JsonWriter& out, SchemaSet& schemas, const Rule& rule, std::string_view doc,
                  bool nullable) {
    if constexpr (is_optional<T>) {
        write_schema<typename T::value_type>(out, schemas, rule, doc, true);
    } else if constexpr (is_raw<T>) {
        write_schema<typename RawContent<T>::type>(out, schemas, rule, doc, nullable);
    } else if constexpr (Dto<T>) {
        // A reference cannot say "or null" in OpenAPI 3.0.
        if (nullable || Schema<T>::name.empty()) {
            write_object_schema<T>(out, schemas, nullable);
        } else {
            write_reference<T>(out, schemas);
        }
    } else if constexpr (HasCodec<T>) {
        Codec<T>::schema(out, schemas, doc);
    } else {
        out.begin_object();
        write_keywords<T>(out, schemas, rule);
        if (nullable || rule.null_when_empty) {
            out.key("nullable");
            out.boolean(true);
        }
        if (!doc.empty()) {
            out.key("description");
            out.string(doc);
        }
        out.end_object();
    }
}

template <Dto T>
std::string schema_of(SchemaSet& schemas) {
    std::string text;
    JsonWriter out{text};
    write_schema<T>(out, schemas);
    return text;
}

template <Dto T>
std::vector<ParameterInfo> parameters_of() {
    std::vector<ParameterInfo> parameters;
    for_each_field<T>([&]<class Getter>(const Field<Getter>& field) {
        using Value = FieldValue<T, Getter>;
        SchemaSet none;
        ParameterInfo parameter{field.name, field.doc, is_required<T>(field), is_vector<Value>, {}};
        JsonWriter out{parameter.schema};
        if constexpr (is_optional<Value>) {
            write_schema<typename Value::value_type>(out, none, field.rule);
        } else {
            write_schema<Value>(out, none, field.rule);
        }
        parameters.push_back(std::move(parameter));
    });
    return parameters;
}

/// One of several DTOs, told apart by their fields.
template <Dto... T>
std::string choice_of(SchemaSet& schemas) {
    std::string text;
    JsonWriter out{text};
    out.begin_object();
    out.key("oneOf");
    out.begin_array();
    (write_schema<T>(out, schemas), ...);
    out.end_array();
    out.end_object();
    return text;
}

/// `&dto_info<AddItemBody>` is what a route's declaration refers to.
template <Dto T>
inline constexpr DtoInfo dto_info{Schema<T>::name, has_required_fields<T>(), &schema_of<T>,
                                  &parameters_of<T>};

/// Of an answer with more than one shape.
template <Dto... T>
inline constexpr DtoInfo choice_info{{}, true, &choice_of<T...>, nullptr};

}  // namespace souk
