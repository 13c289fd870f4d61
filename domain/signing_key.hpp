#pragma once
// When keys that sign tokens follow each other. A new one is shown to verifiers before it signs,
// and an old one for as long as a token that it signed may be about.

#include <cstddef>
#include <optional>
#include <vector>

#include "domain/time.hpp"

namespace souk {

struct SigningKeyPolicy {
    Duration rotate_after{std::chrono::hours{24 * 30}};
    Duration show_before{std::chrono::hours{1}};
    Duration keep_after{std::chrono::minutes{20}};  // longer than a token lives
};

struct SigningKeyTimes {
    TimePoint created_at;
    TimePoint signs_from;
};

/// All take keys in the order of `signs_from`. The one that signs now; nothing without keys.
std::optional<std::size_t> signing_key(const std::vector<SigningKeyTimes>& keys, TimePoint now);

/// The times of the next key, when it is time to make one. The very first signs at once.
std::optional<SigningKeyTimes> due_successor(const std::vector<SigningKeyTimes>& keys,
                                             const SigningKeyPolicy& policy, TimePoint now);

/// Can no token of this key be about any more?
bool is_retired(const std::vector<SigningKeyTimes>& keys, std::size_t key,
                const SigningKeyPolicy& policy, TimePoint now);

}  // namespace souk
