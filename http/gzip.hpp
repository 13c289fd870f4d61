#pragma once
// gzip for answers; only gzip.cpp knows zlib.

#include <string>
#include <string_view>

namespace souk {

/// True unless the Accept-Encoding header leaves gzip out or refuses it.
bool accepts_gzip(std::string_view accept_encoding);

/// Empty when it could not be done: send the text as it is.
std::string gzip(std::string_view text);

}  // namespace souk
