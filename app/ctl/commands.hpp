#pragma once
// What soukctl can do: one row per command, and how it ends.

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "app/ctl/console_client.hpp"
#include "app/ctl/options.hpp"

namespace souk {

/// How soukctl ends, for scripts.
enum CtlExit {
    ctl_done = 0,
    ctl_failed = 1,       // the server refused, an invariant is broken, or a drain is not finished
    ctl_misused = 2,      // the arguments
    ctl_forbidden = 3,    // no key, a wrong one, or one without the role
    ctl_not_found = 4,    // no such thing
    ctl_unreachable = 5,  // no answer
};

struct CtlSession {
    const CtlOptions& options;
    ConsoleClient& client;
    std::ostream& out;
    std::ostream& errors;
    bool to_people{false};                // a terminal: screens may be redrawn
    std::function<bool()> wait_a_second;  // false: to end
};

struct CtlCommand {
    std::string_view name;
    std::string_view words;  // "KIND", "[KIND]", ""
    std::string_view doc;
    int (*run)(CtlSession&);
};
const std::vector<CtlCommand>& ctl_commands();

std::string ctl_help();

/// Runs what the options ask for and says how it ended.
int run_ctl(CtlSession& session);

/// Says what went wrong; the exit code that goes with it.
int report_error(std::ostream& errors, const Error& error);

}  // namespace souk
