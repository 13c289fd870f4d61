#include "domain/signing_key.hpp"

namespace souk {

std::optional<std::size_t> signing_key(const std::vector<SigningKeyTimes>& keys, TimePoint now) {
    if (keys.empty()) return std::nullopt;
    std::size_t current = 0;  // also when clocks disagree and none has begun
    for (std::size_t i = 1; i < keys.size(); ++i)
        if (keys[i].signs_from <= now) current = i;
    return current;
}

std::optional<SigningKeyTimes> due_successor(const std::vector<SigningKeyTimes>& keys,
                                             const SigningKeyPolicy& policy, TimePoint now) {
    if (keys.empty()) return SigningKeyTimes{now, now};
    const auto& newest = keys.back();
    if (now < newest.signs_from + policy.rotate_after - policy.show_before) return std::nullopt;
    return SigningKeyTimes{now, now + policy.show_before};
}

bool is_retired(const std::vector<SigningKeyTimes>& keys, std::size_t key,
                const SigningKeyPolicy& policy, TimePoint now) {
    return key + 1 < keys.size() && keys[key + 1].signs_from + policy.keep_after <= now;
}

}  // namespace souk
