#pragma once
// What soukctl was asked for: the command, its words and its options, and where the server is.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"

namespace souk {

struct CtlOptions {
    std::string command;
    std::vector<std::string> words;  // behind the command
    std::string url{"http://127.0.0.1:8080"};
    std::string key;
    std::string kind;
    std::string id;
    std::string sort{"mailbox"};
    std::string limit{"20"};
    std::string minutes{"15"};
    std::string amount;
    std::string step;
    std::string name;  // of a marketplace
    std::string host;
    std::string site_url;
    std::string reason;
    std::string idempotency_key;  // of an action
    bool json{false};
    bool dry_run{false};
    bool once{false};
    bool help{false};
    bool version{false};
};

/// An option that takes a value, or a switch.
struct CtlOption {
    std::string_view name;  // "--kind"
    std::string_view doc;
    std::string CtlOptions::*value{nullptr};
    bool CtlOptions::*flag{nullptr};
};
const std::vector<CtlOption>& ctl_options();

/// Where values come from besides the arguments.
struct CtlSurroundings {
    std::function<std::optional<std::string>(const std::string&)> variable;
    std::function<std::optional<std::string>(const std::string&)> file;  // its text
    std::function<std::string()> fresh_key;                              // for one action
};

/// `invalid_input` says what is wrong with the arguments. The key is SOUK_KEY, or the first line of
/// the file that SOUK_KEY_FILE or --key-file names; one among the arguments is refused.
Result<CtlOptions> parse_ctl(const std::vector<std::string>& arguments,
                             const CtlSurroundings& surroundings);

}  // namespace souk
