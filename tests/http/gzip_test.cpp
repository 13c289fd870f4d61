#include "http/gzip.hpp"

#include <zlib.h>

#include "tests/support/catch.hpp"

namespace souk {
namespace {

std::string unpacked(std::string packed) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string text(100'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    inflate(&stream, Z_FINISH);
    text.resize(text.size() - stream.avail_out);
    inflateEnd(&stream);
    return text;
}

}  // namespace

TEST_CASE("what is packed comes out again, time after time", "[http][gzip]") {
    for (const std::size_t size : {0u, 1u, 1'500u, 90'000u}) {
        std::string text;
        while (text.size() < size) text += "{\"n\":" + std::to_string(text.size()) + "},";
        const auto packed = gzip(text);
        CHECK(unpacked(packed) == text);
    }
}

TEST_CASE("gzip is used only for who wants it", "[http][gzip]") {
    CHECK(accepts_gzip("gzip"));
    CHECK(accepts_gzip("deflate, gzip, br"));
    CHECK(accepts_gzip("br,gzip;q=0.5"));
    CHECK_FALSE(accepts_gzip(""));
    CHECK_FALSE(accepts_gzip("br"));
    CHECK_FALSE(accepts_gzip("gzip;q=0"));
    CHECK_FALSE(accepts_gzip("gzip;q=0.0"));
    CHECK_FALSE(accepts_gzip("gzipped"));
}

}  // namespace souk
