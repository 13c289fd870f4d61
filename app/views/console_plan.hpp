#pragma once
// An operator's action between being asked for and being done.

#include <functional>
#include <string>

#include "app/views/console_actions.hpp"
#include "protocol/console_action_json.hpp"

namespace souk {

struct ConsoleActions::Plan {
    ConsoleWish wish;
    Done done;
    ConsoleReport report;
    TenantId tenant{default_tenant};  // of what it is about
    /// Nothing is to be done: all is already as it is wished.
    bool is_so_already{false};
    /// An effect in memory, after the audit's commit. One that `answers_itself` ends later.
    std::function<void()> in_memory;
    bool answers_itself{false};
    /// An effect that takes the audit into its own commit.
    std::function<void(AskContext, Reply)> by_lane;
    /// One in rows that the lane does not write, whose transaction takes the audit in. It answers.
    std::function<void(const AuditEntry&)> by_rows;
    /// While nothing else may happen in memory.
    Turns::Turn turn;

    void refuse_with(const Error& error) const { done(error); }
    /// Nothing was touched, and nothing is in the audit.
    void report_unchanged() {
        report.touched = 0;
        report.after = report.before;
        report.audit_id.reset();
        done(report);
    }
};

inline Error changed_meanwhile() {
    return refuse(ErrorCode::conflict, "it has changed meanwhile: look at it again");
}

inline std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

inline StateField number_field(std::string name, std::int64_t number) {
    return {std::move(name), std::to_string(number)};
}

}  // namespace souk
