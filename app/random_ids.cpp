#include "app/random_ids.hpp"

#include <sys/random.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace souk {
namespace {

/// Random words, fetched from the kernel by the page and never handed out twice.
class RandomWords {
public:
    std::uint64_t next() {
        if (next_ == words_.size()) refill();
        return std::exchange(words_[next_++], 0);
    }

private:
    void refill() {
        constexpr auto bytes = static_cast<ssize_t>(sizeof words_);
        if (getrandom(words_.data(), sizeof words_, 0) != bytes)
            throw std::runtime_error("the kernel gives no random numbers");
        next_ = 0;
    }

    std::array<std::uint64_t, 32> words_{};  // up to 256 bytes, getrandom is never interrupted
    std::size_t next_{words_.size()};
};

}  // namespace

Uuid RandomIds::next() {
    thread_local RandomWords words;
    const auto high = words.next();
    return uuid_v7(clock_.now(), high, words.next());
}

}  // namespace souk
