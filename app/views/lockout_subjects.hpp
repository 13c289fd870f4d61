#pragma once
// What attempts to log in are counted for, as the digests that their counters are kept under.

#include <string>

#include "http/digest.hpp"
#include "http/network.hpp"

namespace souk {

/// What one attempt is counted for. Locked in this order by everybody.
struct LockoutSubjects {
    Digest address;
    Digest account;
};

inline LockoutSubjects lockout_subjects(const std::string& email, const std::string& address) {
    const auto network = network_of(address);
    return {sha256({"address\n", network}), sha256({"account\n", email, "\n", network})};
}

}  // namespace souk
