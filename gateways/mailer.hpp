#pragma once
// Who takes mails away. One blocking question at a time; `unavailable` when it should be asked
// again later.

#include <string>

#include "domain/result.hpp"

namespace souk {

struct Mail {
    std::string to;
    std::string subject;
    std::string text;
};

class Mailer {
public:
    virtual ~Mailer() = default;
    virtual Result<void> send(const Mail& mail) = 0;
};

}  // namespace souk
