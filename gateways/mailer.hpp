#pragma once
// Who takes mails away. One blocking question at a time; `unavailable` when it should be asked
// again later, `unprocessable` when this mail is refused for good.

#include <string>

#include "domain/result.hpp"
#include "domain/time.hpp"

namespace souk {

struct Mail {
    std::string to;
    std::string subject;
    std::string text;
    std::string html{};
    std::string id{};         // the same for a repeat of the same mail
    TimePoint at{};           // when it was wished for
    std::string from_name{};  // whom it is from, as people call them; empty: as configured
};

class Mailer {
public:
    virtual ~Mailer() = default;
    virtual Result<void> send(const Mail& mail) = 0;
};

}  // namespace souk
