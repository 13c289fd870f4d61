#pragma once
// An entry of the sandbox's books as a line of JSON, there and back.

#include <optional>
#include <string>
#include <string_view>

#include "gateways/sandbox_books.hpp"

namespace souk {

/// Without the line break.
std::string write_sandbox_entry(const SandboxEntry& entry);
/// Nothing when the line is not an entry.
std::optional<SandboxEntry> read_sandbox_entry(std::string_view line);

}  // namespace souk
