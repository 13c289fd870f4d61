// JSON and its fields: every body a client may send, from any bytes. What is accepted is in its
// bounds; what is refused says why. The first byte chooses the body.

#include <string>

#include "bodies.hpp"
#include "fuzzing.hpp"
#include "protocol/live_json.hpp"
#include "protocol/write_json.hpp"

namespace souk {
namespace {

void check_text(JsonValue value) {
    const auto text = value.as_string();
    if (!valid_utf8(text)) return;  // half a surrogate pair, escaped: a field refuses it
    const auto again = JsonDocument::parse(write_json(std::string{text}));
    promise(again && again->root().is_string() && again->root().as_string() == text,
            "text is written as it was read");
}

void check_values(JsonValue value, std::size_t depth) {
    promise(depth <= max_json_depth, "documents have a bounded depth");
    if (value.is_string()) check_text(value);
    if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i) check_values(value.item(i), depth + 1);
    if (value.is_object())
        for (std::size_t i = 0; i < value.size(); ++i) check_values(value.member(i), depth + 1);
}

template <class Body>
void check_texts(const Body& body) {
    for_each_field<Body>([&](const auto& field) {
        if constexpr (std::same_as<std::remove_cvref_t<decltype(body.*field.get)>, std::string>)
            promise(valid_utf8(body.*field.get), "text that is accepted is UTF-8");
    });
}

template <class Body>
void check_body(std::string_view text) {
    const auto body = read_json<Body>(text);
    if (body) return check_texts(*body);
    promise(body.error().code == ErrorCode::invalid_input, "a bad body is invalid input");
    promise(!body.error().message.empty(), "a refusal says why");
    for (const auto& [field, message] : body.error().details)
        promise(!message.empty(), "a detail says why");
}

}  // namespace
}  // namespace souk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace souk;
    auto text = text_of(data, size);
    const auto chosen = take_byte(text);
    if (const auto document = JsonDocument::parse(text)) check_values(document->root(), 1);
    std::uint8_t number = 0;
    Bodies::for_each([&]<class Body>() {
        if (chosen % 32 == number++) check_body<Body>(text);
    });
    if (chosen % 32 >= number) [[maybe_unused]]
        const auto message = read_live_message(text);
    return 0;
}
