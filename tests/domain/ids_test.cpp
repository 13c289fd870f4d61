#include "domain/ids.hpp"

#include "tests/support/catch.hpp"

using namespace souk;

TEST_CASE("a TypeID is its UUID in base32, as the specification's examples say", "[domain][ids]") {
    const auto uuid = parse_hex("01890a5d-ac96-774b-bcce-b302099a8057").value();
    CHECK(to_typeid("prefix", uuid) == "prefix_01h455vb4pex5vsknk084sn02q");
    CHECK(parse_typeid("prefix", "prefix_01h455vb4pex5vsknk084sn02q") == uuid);
    CHECK(to_typeid("x", Uuid{}) == "x_00000000000000000000000000");
    CHECK(to_typeid("x", parse_hex("ffffffff-ffff-ffff-ffff-ffffffffffff").value()) ==
          "x_7zzzzzzzzzzzzzzzzzzzzzzzzz");
}

TEST_CASE("a malformed TypeID is refused", "[domain][ids]") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "cart_", "cart", "cart_01h455vb4pex5vsknk084sn02",
                 "cart_01h455vb4pex5vsknk084sn02qq", "prod_01h455vb4pex5vsknk084sn02q",
                 "cart_81h455vb4pex5vsknk084sn02q",  // more than 128 bits
                 "cart_01h455vb4pex5vsknk084sn02i",  // i is not in it
                 "cart_01H455VB4PEX5VSKNK084SN02Q",  // upper case
                 "cart-01h455vb4pex5vsknk084sn02q", "cart_01h455vb4pex5vsknk084sn\xc3\xa9");
    CHECK_FALSE(parse_id<CartId>(text).has_value());
}

TEST_CASE("a version 7 UUID carries its time, its version and its variant", "[domain][ids]") {
    const TimePoint time{std::chrono::milliseconds{0x0123456789ab}};
    const auto uuid = uuid_v7(time, ~0ULL, ~0ULL);
    CHECK(to_hex(uuid) == "01234567-89ab-7fff-bfff-ffffffffffff");
    CHECK(to_hex(uuid_v7(time, 0, 0)) == "01234567-89ab-7000-8000-000000000000");
    CHECK(uuid_v7(time, ~0ULL, ~0ULL) < uuid_v7(time + std::chrono::milliseconds{1}, 0, 0));
}

TEST_CASE("hexadecimal text of a UUID goes there and back", "[domain][ids]") {
    const std::string text = "0190a5dc-964b-7bcc-9eb3-02099a805700";
    CHECK(to_hex(parse_hex(text).value()) == text);
    CHECK_FALSE(parse_hex("0190a5dc-964b-7bcc-9eb3-02099a80570").has_value());
    CHECK_FALSE(parse_hex("0190a5dcx964b-7bcc-9eb3-02099a805700").has_value());
    CHECK_FALSE(parse_hex("0190a5dc-964b-7bcc-9eb3-02099a80570g").has_value());
}
