#include "tests/simulation/ground.hpp"

#include <cstdio>

namespace souk::simulation {

void Trace::note(TimePoint now, std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    auto line = to_rfc3339(now).substr(11, 12) + " step " + std::to_string(steps_) + "  ";
    line += text;
    if (verbose_) std::printf("%s\n", line.c_str());
    if (last_.size() >= kept) last_.pop_front();
    last_.push_back(std::move(line));
}

void Ground::fail(std::string check, std::string detail) {
    if (failure) return;
    note("FAILED " + check + ": " + detail);
    failure = Failure{std::move(check), std::move(detail)};
}

}  // namespace souk::simulation
