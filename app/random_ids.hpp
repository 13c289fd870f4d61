#pragma once
// Ids for whatever is new: version 7 UUIDs whose 74 random bits come from the kernel, because a
// cart's id is its bearer's secret.

#include "domain/ids.hpp"

namespace souk {

class RandomIds final : public IdSource {
public:
    explicit RandomIds(const Clock& clock) : clock_(clock) {}
    Uuid next() override;

private:
    const Clock& clock_;
};

}  // namespace souk
