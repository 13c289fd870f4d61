#pragma once
// Completion of soukctl's commands and options for shells.

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace souk {

/// For "bash" or "zsh"; `invalid_input` for any other shell.
Result<std::string> completion_script(std::string_view shell);

}  // namespace souk
