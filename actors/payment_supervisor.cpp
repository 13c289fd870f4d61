#include "actors/payment_supervisor.hpp"

namespace souk {
namespace {

constexpr Duration interval = std::chrono::seconds{1};
constexpr std::size_t page = 500;  // what an outage leaves behind must not come all at once

class DueAttempts : public LetterBody {
public:
    explicit DueAttempts(Result<std::vector<DueAttempt>> result)
        : LetterBody(LetterKind::loaded), due(std::move(result)) {}
    Result<std::vector<DueAttempt>> due;
};

}  // namespace

Duration PaymentSupervisor::work() {
    if (asking_) return interval;
    asking_ = true;
    duties_.find_due(now(), page, [self = caf::actor{this}](Result<std::vector<DueAttempt>> due) {
        caf::anon_send(self, Letter{std::make_shared<DueAttempts>(std::move(due))});
    });
    return interval;
}

void PaymentSupervisor::handle(LetterBody& body) {
    asking_ = false;
    const auto& due = static_cast<DueAttempts&>(body).due;
    if (!due) return;
    for (const auto& attempt : *due) duties_.take_up(attempt);
}

}  // namespace souk
