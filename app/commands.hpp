#pragma once
// What soukd's subcommands do.

#include "config/command_line.hpp"

namespace souk {

/// The process's exit code: 0 done, 1 failed, 2 wrong configuration, 3 fenced by another server.
int run_command(const CommandLine& line);

}  // namespace souk
