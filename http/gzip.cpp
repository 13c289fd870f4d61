#include "http/gzip.hpp"

#include <zlib.h>

#include <algorithm>

namespace souk {
namespace {

constexpr int fast_level = 1;
constexpr int gzip_window_bits = 15 + 16;
constexpr int default_memory_level = 8;

/// A deflate stream costs 256 kB to set up, so each thread keeps one.
struct Deflater {
    z_stream stream{};
    bool ready{false};

    Deflater() {
        ready = deflateInit2(&stream, fast_level, Z_DEFLATED, gzip_window_bits,
                             default_memory_level, Z_DEFAULT_STRATEGY) == Z_OK;
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() {
        if (ready) deflateEnd(&stream);
    }
};

bool is_refused(std::string_view parameters) {
    const auto q = parameters.find("q=");
    if (q == parameters.npos) return false;
    const auto value = parameters.substr(q + 2);
    return value.starts_with('0') && value.find_first_of("123456789") == value.npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        auto item = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
        if (!item.starts_with("gzip")) continue;
        const auto parameters = item.substr(4);
        const bool is_whole_name = parameters.empty() || parameters.find_first_of("; ") == 0;
        if (is_whole_name) return !is_refused(parameters);
    }
    return false;
}

std::string gzip(std::string_view text) {
    thread_local Deflater deflater;
    auto& stream = deflater.stream;
    if (!deflater.ready || deflateReset(&stream) != Z_OK) return {};
    std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    // zlib takes its input by a pointer to non-const, and does not write to it.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
    packed.resize(packed.size() - stream.avail_out);
    return packed;
}

}  // namespace souk
