#pragma once
// libcurl's own start, which may not be repeated among threads.

namespace souk {

/// Before the first handle is made; as often as one likes.
void start_curl();

}  // namespace souk
