#pragma once
// Chance from a seed. Whoever needs some gets dice of its own, so that one more throw here changes
// nothing there.

#include <cstdint>
#include <vector>

#include "domain/time.hpp"

namespace souk::simulation {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
    std::uint64_t next() {
        auto mixed = (state_ += 0x9e3779b97f4a7c15);
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    Duration between(Duration least, Duration most) {
        return Duration{between(least.count(), most.count())};
    }
    bool chance(std::int64_t percent) { return between(1, 100) <= percent; }
    template <class T>
    const T& one_of(const std::vector<T>& things) {
        return things[below(things.size())];
    }
    /// Others for a purpose of its own.
    Dice split(std::uint64_t purpose) const { return Dice{Dice{state_ ^ (purpose << 32)}.next()}; }

private:
    std::uint64_t state_;
};

}  // namespace souk::simulation
