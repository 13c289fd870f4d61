// TypeIDs: what is read is written back as the same text, so that an id has one spelling alone.

#include <algorithm>

#include "domain/ids.hpp"
#include "fuzzing.hpp"

namespace souk {
namespace {

template <class IdType>
void check_reading(std::string_view text) {
    if (const auto id = parse_id<IdType>(text))
        promise(to_text(*id) == text, "an id has one spelling");
}

void check_writing(std::string_view bytes) {
    Uuid uuid;
    if (bytes.size() < uuid.bytes.size()) return;
    std::copy_n(bytes.begin(), uuid.bytes.size(), uuid.bytes.begin());
    promise(parse_hex(to_hex(uuid)) == uuid, "a UUID is read back");
    promise(parse_typeid("cart", to_typeid("cart", uuid)) == uuid, "a TypeID is read back");
    promise(!parse_typeid("order", to_typeid("cart", uuid)), "another type's id is none");
}

}  // namespace
}  // namespace souk

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace souk;
    const auto text = text_of(data, size);
    check_reading<CartId>(text);
    check_reading<VariantId>(text);
    check_reading<OrderItemId>(text);
    if (const auto uuid = parse_hex(text))
        promise(parse_hex(to_hex(*uuid)) == uuid, "hex is read back");
    check_writing(text);
    return 0;
}
