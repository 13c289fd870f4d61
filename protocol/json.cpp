#include "protocol/json.hpp"

#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "domain/json_string.hpp"
#include "protocol/problems.hpp"

namespace souk {
namespace {

using Node = rapidjson::Value;

const Node& node_of(const void* pointer) { return *static_cast<const Node*>(pointer); }

/// Forwards the reader's events to the document, stops when they nest too deeply, and knows where
/// in the document the reader stands, so that a syntax error can name its field.
class Guard {
public:
    explicit Guard(rapidjson::Document& document) : document_(document) {}

    bool Null() { return document_.Null() && passed(); }
    bool Bool(bool value) { return document_.Bool(value) && passed(); }
    bool Int(int value) { return document_.Int(value) && passed(); }
    bool Uint(unsigned value) { return document_.Uint(value) && passed(); }
    bool Int64(std::int64_t value) { return document_.Int64(value) && passed(); }
    bool Uint64(std::uint64_t value) { return document_.Uint64(value) && passed(); }
    bool Double(double value) { return document_.Double(value) && passed(); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
        return document_.RawNumber(text, size, copy) && passed();
    }
    bool String(const char* text, rapidjson::SizeType size, bool copy) {
        return document_.String(text, size, copy) && passed();
    }
    bool StartObject() { return enter(false) && document_.StartObject(); }
    bool Key(const char* text, rapidjson::SizeType size, bool copy) {
        levels_.back().key.assign(text, size);
        return document_.Key(text, size, copy);
    }
    bool EndObject(rapidjson::SizeType members) { return document_.EndObject(members) && leave(); }
    bool StartArray() { return enter(true) && document_.StartArray(); }
    bool EndArray(rapidjson::SizeType elements) { return document_.EndArray(elements) && leave(); }

    /// Of the value that is being read; empty between values and outside of the document.
    std::string path() const {
        std::string path;
        for (const auto& level : levels_) {
            if (level.is_array) {
                path += "[" + std::to_string(level.index) + "]";
            } else if (!level.key.empty()) {
                path += (path.empty() ? "" : ".") + printable_name(level.key);
            }
        }
        return path;
    }

private:
    struct Level {
        bool is_array;
        std::size_t index{0};
        std::string key{};
    };

    bool enter(bool is_array) {
        levels_.push_back({is_array});
        return levels_.size() <= max_json_depth;
    }
    bool leave() {
        levels_.pop_back();
        return passed();
    }
    bool passed() {
        if (!levels_.empty()) {
            ++levels_.back().index;
            levels_.back().key.clear();
        }
        return true;
    }

    rapidjson::Document& document_;
    std::vector<Level> levels_;
};

/// Fills a document through the guard; Document::Populate calls it.
struct GuardedParse {
    std::string_view text;
    rapidjson::ParseResult result{};
    std::string path{};  // of what could not be read

    bool operator()(rapidjson::Document& document) {
        constexpr unsigned flags =
            rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
        rapidjson::MemoryStream stream(text.data(), text.size());
        rapidjson::Reader reader;
        Guard guard(document);
        result = reader.Parse<flags>(stream, guard);
        if (result.IsError()) path = guard.path();
        return !result.IsError();
    }
};

Error broken(const GuardedParse& parse) {
    if (parse.result.Code() == rapidjson::kParseErrorTermination)
        return refuse(
            ErrorCode::invalid_input,
            "The JSON is nested more than " + std::to_string(max_json_depth) + " levels deep");
    const std::string reason = rapidjson::GetParseError_En(parse.result.Code());
    auto error =
        refuse(ErrorCode::invalid_input, "The body is not valid JSON: " + reason + " (at byte " +
                                             std::to_string(parse.result.Offset()) + ")");
    if (!parse.path.empty()) error.details.push_back({parse.path, reason});
    return error;
}

/// Length of the well-formed character at the front of `text`, 0 when there is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i) {
        return i < text.size() && (byte(i) & 0xC0U) == 0x80U;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!continues(1) || !continues(2)) return 0;
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!continues(1) || !continues(2) || !continues(3)) return 0;
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

}  // namespace

bool JsonValue::is_null() const { return node_of(node_).IsNull(); }
bool JsonValue::is_boolean() const { return node_of(node_).IsBool(); }
bool JsonValue::is_integer() const { return node_of(node_).IsInt64(); }
bool JsonValue::is_number() const { return node_of(node_).IsNumber(); }
bool JsonValue::is_string() const { return node_of(node_).IsString(); }
bool JsonValue::is_array() const { return node_of(node_).IsArray(); }
bool JsonValue::is_object() const { return node_of(node_).IsObject(); }

bool JsonValue::as_boolean() const { return node_of(node_).GetBool(); }
std::int64_t JsonValue::as_integer() const { return node_of(node_).GetInt64(); }
std::string_view JsonValue::as_string() const {
    const auto& node = node_of(node_);
    return {node.GetString(), node.GetStringLength()};
}

std::size_t JsonValue::size() const {
    const auto& node = node_of(node_);
    return node.IsArray() ? node.Size() : node.MemberCount();
}
JsonValue JsonValue::item(std::size_t index) const {
    return JsonValue{&node_of(node_)[static_cast<rapidjson::SizeType>(index)]};
}
std::string_view JsonValue::member_name(std::size_t index) const {
    const auto& name = (node_of(node_).MemberBegin() + static_cast<std::ptrdiff_t>(index))->name;
    return {name.GetString(), name.GetStringLength()};
}
JsonValue JsonValue::member(std::size_t index) const {
    return JsonValue{&(node_of(node_).MemberBegin() + static_cast<std::ptrdiff_t>(index))->value};
}

struct JsonDocument::Tree {
    rapidjson::Document document;
};

JsonDocument::JsonDocument(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view text) {
    // RapidJSON takes a zero byte for the end and would ignore what follows it.
    if (text.find('\0') != std::string_view::npos)
        return refuse(ErrorCode::invalid_input, "The body is not valid JSON: it contains NUL");
    auto tree = std::make_unique<Tree>();
    GuardedParse parse{text};
    tree->document.Populate(parse);
    if (parse.result.IsError()) return broken(parse);
    return JsonDocument{std::move(tree)};
}

JsonValue JsonDocument::root() const {
    return JsonValue{static_cast<const Node*>(&tree_->document)};
}

bool valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

void JsonWriter::string(std::string_view text) {
    separate();
    append_json_string(out_, text);
    needs_comma_ = true;
}

}  // namespace souk
