#pragma once
// How the HTTP side asks for all that is known of somebody, and for its erasure. `app` implements
// it; every call answers through its promise, on any thread.

#include <string>

#include "domain/people.hpp"
#include "protocol/accounts.hpp"
#include "protocol/answer.hpp"
#include "protocol/people.hpp"

namespace souk {

class PersonalData {
public:
    virtual ~PersonalData() = default;

    /// A ZIP archive. `forbidden` unless the session has logged in lately, `unprocessable` for more
    /// orders than an archive holds, `unavailable` while too many others are made.
    virtual void gather(SignedIn who, Promise<Result<std::string>> archive) = 0;

    /// Closes the account at once and for good; what is left of it elsewhere goes soon after, and
    /// survives a restart. With the password, or without one from who has none and has logged in
    /// lately. `unauthenticated` for a wrong password, `forbidden` for a log-in that is too old,
    /// `conflict` with the orders that are still under way.
    virtual void erase(SignedIn who, std::string password, Device device,
                       Promise<Result<void>> accepted) = 0;

    /// The same for somebody else, who has asked for it. Refusals: those of erase_person, and
    /// `conflict` as above. Repeating it changes nothing.
    virtual void erase_person(ManagedBy by, UserId id, std::string reason,
                              Promise<Result<void>> accepted) = 0;
};

}  // namespace souk
