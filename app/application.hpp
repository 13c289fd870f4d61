#pragma once
// The composition root: builds every part, starts them in order and stops them in reverse.

#include <cstdint>
#include <memory>

#include "config/config.hpp"
#include "domain/result.hpp"

namespace souk {

class Application {
public:
    explicit Application(const Config& config);
    ~Application();

    /// Serves from then on; gives the port. Fails with words for the operator.
    Result<std::uint16_t> start();
    /// Stops accepting, finishes requests within the configured time, commits what is queued.
    void stop();
    /// True when another server has taken over the database: this one must end.
    bool fenced() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace souk
